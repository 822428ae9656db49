internal import Files
internal import PersonaSpace
internal import Statistics

/// `tether.csv`, and `drift.csv`, where drift and tether of a group stand side by side.
enum TetherTables {
  static let tetherSchema = CSVSchema<DriftResult.Group> {
    DriftTables.groupColumns { $0 }
    CSVColumn("conversations") { .integer($0.conversations) }
    CSVColumn("steps", "Changes from a turn to the very next.") { .integer($0.drift.steps) }
    CSVColumn("model", "two_states or walk: what predicts held-out conversations better; neither: no model is named.") {
      .text(($0.tether?.model ?? .neither).name)
    }
    estimateColumns("advantage", "By how much, in nats a turn.") { $0.tether?.advantage }
    estimateColumns("leave", "Of two states: the share of turns at home that are followed by one away.") {
      $0.tether?.states?.leave
    }
    estimateColumns("come_back", "The share of turns away that are followed by one at home.") {
      $0.tether?.states?.comeBack
    }
    CSVColumn("home_mean") { .number($0.tether?.states?.chain.home.mean) }
    CSVColumn("home_sd") { .number($0.tether?.states?.chain.home.deviation) }
    CSVColumn("away_mean") { .number($0.tether?.states?.chain.away.mean) }
    CSVColumn("away_sd") { .number($0.tether?.states?.chain.away.deviation) }
    CSVColumn("away_share", "The share of turns that are away.") { .number($0.tether?.states?.awayShare.value) }
    estimateColumns("reversion_rate", "Of a walk: the share of the gap to the resting point that a turn closes.") {
      $0.tether?.walk?.reversionRate
    }
    estimateColumns("resting_point", "Where it tends to, in axis position.") { $0.tether?.walk?.restingPoint }
    estimateColumns("noise_sd", "The noise of a step.") { $0.tether?.walk?.noise }
    CSVColumn("reading_sd", "The error that single turns are read with.") { .number($0.tether?.walk?.reading.value) }
    CSVColumn("half_life", "The turns in which half of a gap is closed; where memory and a pull are shown.") {
      .number($0.tether?.walk?.halfLife.value)
    }
    CSVColumn("stationary_sd", "The walk's standard deviation in the long run.") {
      .number($0.tether?.walk?.stationaryDeviation.value)
    }
    CSVColumn("note") { .text($0.tetherNote ?? "") }
    CSVColumn("clusters", "Conversations, with regenerations counted as one.") { .integer($0.drift.clusters) }
    intervalColumns("away_share") { $0.tether?.states?.awayShare.interval }
    intervalColumns("half_life") { $0.tether?.walk?.halfLife.interval }
    intervalColumns("stationary_sd") { $0.tether?.walk?.stationaryDeviation.interval }
    CSVColumn("resting_point_sd", "The standard deviation of conversations' own resting points; 0 if they share one.") {
      .number(($0.tether?.walk).map { $0.restingPoint.value.isNaN ? .nan : $0.model.restingDeviation })
    }
    CSVColumn("reading_from", "tokens: reading errors are known from them; estimated: with the walk.") {
      if case .fitted(_, let isRead) = $0.tether { .text(isRead ? "tokens" : "estimated") } else { .empty }
    }
    DriftTables.scopeColumn { $0.domain }
    CSVColumn("start_home", "Of two states: the probability that turn 0 is at home.") {
      .number($0.tether?.states?.chain.startHome)
    }
  }

  static func tether(_ groups: [DriftResult.Group]) -> CSVTable {
    tetherSchema.table { take in for group in groups { try take(group) } }
  }

  static let driftSchema = CSVSchema<DriftResult.Group> {
    DriftTables.groupColumns { $0 }
    CSVColumn("conversations") { .integer($0.drift.conversations) }
    CSVColumn("clusters") { .integer($0.drift.clusters) }
    CSVColumn("turns") { .integer($0.drift.turns) }
    estimateColumns("start") { $0.drift.start }
    estimateColumns("end") { $0.drift.end }
    estimateColumns("change") { $0.drift.change }
    estimateColumns("displacement") { $0.drift.displacement }
    estimateColumns("absolute_displacement") { $0.drift.absoluteDisplacement }
    estimateColumns("mean_step") { $0.drift.meanStep }
    estimateColumns("absolute_step") { $0.drift.meanAbsoluteStep }
    estimateColumns("max_drawdown") { $0.drift.maximumDrawdown }
    estimateColumns("below_threshold") { $0.drift.belowThreshold }
    estimateColumns("crossed") { $0.drift.crossed }
    CSVColumn("model") { .text(($0.tether?.model ?? .neither).name) }
    estimateColumns("leave") { $0.tether?.states?.leave }
    estimateColumns("come_back") { $0.tether?.states?.comeBack }
    estimateColumns("reversion_rate") { $0.tether?.walk?.reversionRate }
    estimateColumns("resting_point") { $0.tether?.walk?.restingPoint }
    estimateColumns("baseline", "The mean position of the default's own answers to the opening messages.") {
      $0.relative?.baseline
    }
    estimateColumns("relative_start", "1 + start − baseline.") { $0.relative?.start }
    estimateColumns("relative_end", "1 + end − baseline.") { $0.relative?.end }
    estimateColumns("relative_mean", "1 + mean − baseline.") { $0.relative?.mean }
    estimateColumns("relative_below_threshold", "The share of turns below the threshold, relative to the baseline.") {
      $0.relative?.belowThreshold
    }
    estimateColumns("length_correlation", "Of a turn's position and the logarithm of its tokens.") {
      $0.length?.correlation
    }
    estimateColumns("length_slope", "Axis position for e times the tokens, at the same turn of the same conversation.")
    {
      $0.length?.slope
    }
    estimateColumns("change_at_length", "The mean change with length held constant.") { $0.length?.adjustedChange }
    DriftTables.scopeColumn { $0.domain }
  }

  static func drift(_ groups: [DriftResult.Group]) -> CSVTable {
    driftSchema.table { take in for group in groups { try take(group) } }
  }
}
