internal import Dumps
internal import Files
internal import PersonaSpace
internal import Statistics

/// `cap_turns.csv`, `caps.csv` and `calibration.csv`.
enum CapTables {
  static let turnSchema = CSVSchema<CapTurn> {
    CSVColumn("conversation", "The conversation; regenerations of one share it.") { .text($0.key.conversation) }
    CSVColumn("domain", "Its domain, as the transcript says.", empty: "the transcript says none") {
      .text($0.key.domain)
    }
    CSVColumn("condition", "Its condition, as the transcript or --condition says.", empty: "there is none") {
      .text($0.key.condition)
    }
    CSVColumn("persona", "The persona that the model was asked to be.", empty: "it was asked for none") {
      .text($0.key.persona)
    }
    CSVColumn("sample", "Which regeneration of the conversation it is.", empty: "it has none") { .text($0.key.sample) }
    CSVColumn("turn", "The turn, of the Assistant.", .index) { .integer($0.turn) }
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn(
      "percentile", "Of the calibration projections, from the end away from the Assistant.", .percentile,
      empty: "the threshold was given by --tau or --config, or is no floor"
    ) { .number($0.threshold.percentile) }
    CSVColumn(
      "tau", "The floor on the projection on the unit axis; with --config on that of its vector.", .projection,
      empty: "it is no floor (--steer, --remove)"
    ) { .number($0.threshold.tau) }
    CSVColumn(
      "granularity", "token: each token was capped; turn: the turn's mean, a lower bound on the pull-back.", .word
    ) {
      .text($0.granularity.rawValue)
    }
    CSVColumn("tokens", "The tokens of the turn.", .count, empty: "the turn's mean was capped") { .integer($0.tokens) }
    CSVColumn("capped_share", "The share of tokens strictly below the floor; of a mean 0 or 1.", .share) {
      .number($0.moved.share)
    }
    CSVColumn("before", "Axis projection of the turn's mean.", .projection) { .number($0.before) }
    CSVColumn("after", "The same after capping.", .projection) { .number($0.after) }
    CSVColumn("pullback", "after − before.", .projection) { .number($0.moved.pullback) }
    CSVColumn("before_position", "before, in axis position.", .position, empty: "SPACE is a bare axis") {
      .number($0.positionBefore)
    }
    CSVColumn("after_position", "after, in axis position.", .position, empty: "SPACE is a bare axis") {
      .number($0.positionAfter)
    }
    CSVColumn("perturbation", "Mean over tokens of |h′ − h| / |h|.", .ratio) { .number($0.moved.perturbation) }
    CSVColumn(
      "off_axis_ratio", "The turn's off_axis_distance over that of the role that lies farthest off the axis.", .ratio,
      empty: "SPACE is a bare axis"
    ) {
      .number($0.reach)
    }
    CSVColumn(
      "intervention", "floor; offset (--steer): alpha is added to every token; removal (--remove) of the projection.",
      .word
    ) {
      .text($0.threshold.intervention.name)
    }
    CSVColumn("alpha", "The offset along the unit axis.", .projection, empty: "it is no offset") {
      .number($0.threshold.intervention.alpha)
    }
  }

  static let capSchema = CSVSchema<CapResult.Cap> {
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn(
      "percentile", "Of the calibration projections, from the end away from the Assistant.", .percentile,
      empty: "the threshold was given by --tau or --config, or is no floor"
    ) {
      .number($0.percentile)
    }
    CSVColumn(
      "tau", "The floor on the projection on the unit axis; with --config on that of its vector.", .projection,
      empty: "it is no floor (--steer, --remove)"
    ) { .number($0.tau) }
    CSVColumn(
      "tau_position", "The floor in axis position.", .position,
      empty: "SPACE is a bare axis, it is no floor, or --config caps along another direction"
    ) {
      .number($0.tauPosition)
    }
    CSVColumn(
      "granularity", "token: each token was capped; turn: the turn's mean, a lower bound on the pull-back.", .word
    ) {
      .text($0.granularity.rawValue)
    }
    CSVColumn("turns", "The turns capped.", .count) { .integer($0.effect.turns) }
    CSVColumn("capped_share", "Mean over turns of the share of tokens below the floor.", .share) {
      .number($0.effect.cappedShare)
    }
    CSVColumn("mean_pullback", "Mean over turns of the pull-back.", .projection) {
      .number($0.effect.meanPullback)
    }
    CSVColumn(
      "drift_before", "Mean fall from first to last turn, start − end.", .positionChange,
      empty: "no conversation has both"
    ) {
      .number($0.effect.fallBefore.value)
    }
    CSVColumn("drift_after", "The same after capping.", .positionChange, empty: "no conversation has both") {
      .number($0.effect.fallAfter)
    }
    estimateColumns(
      "drift_reduction", "1 − drift_after / drift_before: the share of the fall that the floor cuts off.", .number,
      empty: "there is no fall"
    ) {
      $0.effect.reduction
    }
    CSVColumn(
      "benign_share", "Mean over the turns of benign domains of capped_share.", .share,
      empty: "there are no benign domains (--benign)"
    ) {
      .number($0.effect.benignShare.value)
    }
    intervalColumns("benign", .share) { $0.effect.benignShare.interval }
    CSVColumn(
      "default_share", "The share of the default's own responses below the floor.", .share,
      empty: "the dump has no responses of the default"
    ) { .number($0.defaultShare) }
    CSVColumn("perturbation", "Mean over turns of perturbation.", .ratio) { .number($0.effect.perturbation) }
    CSVColumn("recommended", "true of the cap that is recommended under --max-benign, else false.", .word) {
      .text($0.isRecommended ? "true" : "false")
    }
    CSVColumn(
      "intervention", "floor; offset (--steer): alpha is added to every token; removal (--remove) of the projection.",
      .word
    ) {
      .text($0.intervention.name)
    }
    CSVColumn("alpha", "The offset along the unit axis.", .projection, empty: "it is no offset") {
      .number($0.intervention.alpha)
    }
  }

  /// Percentiles of what thresholds are taken of.
  static let calibrationSchema = CSVSchema<CapResult.CalibrationPoint> {
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("source", "What percentiles are taken of: roles, default, or turns.") { .text($0.source) }
    CSVColumn("count", "The number of projections.", .count) { .integer($0.count) }
    CSVColumn(
      "percentile", "Of the calibration projections, from the end away from the Assistant.", .percentile,
      empty: "the threshold was given by --tau"
    ) { .number($0.percentile) }
    CSVColumn("axis_projection", "The projection at that percentile.", .projection) { .number($0.projection) }
    CSVColumn("axis_position", "The same in axis position.", .position, empty: "SPACE is a bare axis") {
      .number($0.position)
    }
  }

  /// Rows of `cap_turns.csv` that one task makes.
  private static let rowsTogether = 2048

  /// Writes `cap_turns.csv`, whose rows several tasks make.
  static func writeTurns(_ read: CappedConversations, to output: OutputFolder, threads: Int) async throws {
    try await output.write(
      turnSchema, read.places(every: rowsTogether), to: CapRun.outputs[0], threads: threads
    ) { place, take in
      read.forEachRow(from: place, count: rowsTogether, take)
    }
  }

  static func caps(_ caps: [CapResult.Cap]) -> CSVTable {
    capSchema.table { take in for cap in caps { try take(cap) } }
  }

  static func calibration(_ points: [CapResult.CalibrationPoint]) -> CSVTable {
    calibrationSchema.table { take in for point in points { try take(point) } }
  }
}
