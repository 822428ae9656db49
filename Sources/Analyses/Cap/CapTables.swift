internal import Dumps
internal import Files
internal import PersonaSpace
internal import Statistics

/// `cap_turns.csv`, `caps.csv` and `calibration.csv`.
enum CapTables {
  static let turnSchema = CSVSchema<CapTurn> {
    CSVColumn("conversation") { .text($0.key.conversation) }
    CSVColumn("domain") { .text($0.key.domain) }
    CSVColumn("condition") { .text($0.key.condition) }
    CSVColumn("persona") { .text($0.key.persona) }
    CSVColumn("sample") { .text($0.key.sample) }
    CSVColumn("turn") { .integer($0.turn) }
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("percentile") { .number($0.threshold.percentile) }
    CSVColumn("tau", "The floor, in axis-projection units.") { .number($0.threshold.tau) }
    CSVColumn("granularity", "token: each token was capped; turn: the turn's mean, a lower bound on the pull-back.") {
      .text($0.granularity.rawValue)
    }
    CSVColumn("tokens") { .integer($0.tokens) }
    CSVColumn("capped_share", "The share of tokens strictly below the floor; of a mean 0 or 1.") {
      .number($0.capped.cappedShare)
    }
    CSVColumn("before", "The axis projection of the turn's mean.") { .number($0.capped.before) }
    CSVColumn("after", "The same after capping.") { .number($0.capped.after) }
    CSVColumn("pullback", "after − before.") { .number($0.capped.pullback) }
    CSVColumn("before_position", "before, in axis position.") { .number($0.positionBefore) }
    CSVColumn("after_position", "after, in axis position.") { .number($0.positionAfter) }
    CSVColumn("perturbation", "The mean over tokens of |h′ − h| / |h|.") { .number($0.capped.perturbation) }
    CSVColumn("off_axis_ratio", "The turn's off_axis_distance over that of the role that lies farthest off the axis.") {
      .number($0.reach)
    }
  }

  static let capSchema = CSVSchema<CapResult.Cap> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("percentile", "Of the calibration projections, from the end away from the Assistant; empty for --tau.") {
      .number($0.percentile)
    }
    CSVColumn("tau", "The floor, in axis-projection units.") { .number($0.tau) }
    CSVColumn("tau_position", "The floor in axis position: 0 the mean role, 1 the default.") { .number($0.tauPosition) }
    CSVColumn("granularity", "token: each token was capped; turn: turns' means, a lower bound on the pull-back.") {
      .text($0.granularity.rawValue)
    }
    CSVColumn("turns") { .integer($0.effect.turns) }
    CSVColumn("capped_share", "The mean over turns of the share of tokens below the floor.") {
      .number($0.effect.cappedShare)
    }
    CSVColumn("mean_pullback", "The mean over turns of the pull-back, in axis-projection units.") {
      .number($0.effect.meanPullback)
    }
    CSVColumn("drift_before", "The mean fall from first to last turn, start − end, in axis position.") {
      .number($0.effect.fallBefore.value)
    }
    CSVColumn("drift_after", "The same after capping.") { .number($0.effect.fallAfter) }
    estimateColumns("drift_reduction", "1 − drift_after / drift_before; empty where there is no fall.") {
      $0.effect.reduction
    }
    CSVColumn("benign_share", "The mean over the turns of benign domains of capped_share.") {
      .number($0.effect.benignShare.value)
    }
    intervalColumns("benign") { $0.effect.benignShare.interval }
    CSVColumn("default_share", "The share of the default's own responses below the floor.") { .number($0.defaultShare) }
    CSVColumn("perturbation", "The mean over turns of perturbation.") { .number($0.effect.perturbation) }
    CSVColumn("recommended", "true of the cap that is recommended under --max-benign.") {
      .text($0.isRecommended ? "true" : "false")
    }
  }

  /// Percentiles of what thresholds are taken of.
  static let calibrationSchema = CSVSchema<CapResult.CalibrationPoint> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("source", "What percentiles are taken of: roles, default, or turns.") { .text($0.source) }
    CSVColumn("count", "The number of projections.") { .integer($0.count) }
    CSVColumn("percentile", "From the end away from the Assistant.") { .number($0.percentile) }
    CSVColumn("axis_projection") { .number($0.projection) }
    CSVColumn("axis_position") { .number($0.position) }
  }

  static func turns(_ rows: [CapTurn]) -> CSVTable {
    turnSchema.table { take in for row in rows { try take(row) } }
  }

  static func caps(_ caps: [CapResult.Cap]) -> CSVTable {
    capSchema.table { take in for cap in caps { try take(cap) } }
  }

  static func calibration(_ points: [CapResult.CalibrationPoint]) -> CSVTable {
    calibrationSchema.table { take in for point in points { try take(point) } }
  }
}
