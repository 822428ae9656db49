internal import Files
internal import PersonaSpace
internal import Statistics

/// `tether.csv`, and `drift.csv`, where drift and tether of a group stand side by side.
enum TetherTables {
  static let tetherSchema = CSVSchema<DriftResult.Group> {
    DriftTables.groupColumns { $0 }
    CSVColumn("conversations", "The conversations.", .count) { .integer($0.conversations) }
    CSVColumn("steps", "Changes from a turn to the very next.", .count) { .integer($0.drift.steps) }
    CSVColumn(
      "model", "two_states or walk: what predicts held-out conversations better; neither: no model is named.", .word
    ) {
      .text(($0.tether?.model ?? .neither).name)
    }
    estimateColumns(
      "advantage", "By how much it predicts held-out turns better.", .nats,
      empty: "there are fewer than 5 conversations"
    ) { $0.tether?.advantage }
    estimateColumns(
      "leave", "Of two states: the share of turns at home that are followed by one away.", .share,
      empty: "model is not two_states"
    ) {
      $0.tether?.states?.leave
    }
    estimateColumns(
      "come_back", "Of two states: the share of turns away that are followed by one at home.", .share,
      empty: "model is not two_states"
    ) {
      $0.tether?.states?.comeBack
    }
    CSVColumn("home_mean", "Mean of the state near the Assistant.", .position, empty: "model is not two_states") {
      .number($0.tether?.states?.chain.home.mean)
    }
    CSVColumn("home_sd", "Standard deviation of that state.", .positionSpread, empty: "model is not two_states") {
      .number($0.tether?.states?.chain.home.deviation)
    }
    CSVColumn("away_mean", "Mean of the state away from it.", .position, empty: "model is not two_states") {
      .number($0.tether?.states?.chain.away.mean)
    }
    CSVColumn("away_sd", "Standard deviation of that state.", .positionSpread, empty: "model is not two_states") {
      .number($0.tether?.states?.chain.away.deviation)
    }
    CSVColumn("away_share", "The share of turns that are away.", .share, empty: "model is not two_states") {
      .number($0.tether?.states?.awayShare.value)
    }
    estimateColumns(
      "reversion_rate", "Of a walk: the share of the gap to the resting point that a turn closes.", .share,
      empty: "model is not walk"
    ) {
      $0.tether?.walk?.reversionRate
    }
    estimateColumns(
      "resting_point", "Of a walk: where it tends to.", .position,
      empty: "model is not walk, or its memory is not shown"
    ) { $0.tether?.walk?.restingPoint }
    estimateColumns(
      "noise_sd", "Of a walk: standard deviation of what a step adds.", .positionSpread, empty: "model is not walk"
    ) { $0.tether?.walk?.noise }
    CSVColumn(
      "reading_sd", "Of a walk: standard deviation of the error that single turns are read with.", .positionSpread,
      empty: "model is not walk"
    ) { .number($0.tether?.walk?.reading.value) }
    CSVColumn(
      "half_life", "Of a walk: the turns in which half of a gap is closed.", .turns,
      empty: "model is not walk, or memory and a pull are not shown"
    ) {
      .number($0.tether?.walk?.halfLife.value)
    }
    CSVColumn(
      "stationary_sd", "Of a walk: its standard deviation in the long run.", .positionSpread,
      empty: "model is not walk, or its memory is not shown"
    ) {
      .number($0.tether?.walk?.stationaryDeviation.value)
    }
    CSVColumn("note", "Why cells are empty.", empty: "nothing is missing") { .text($0.tetherNote ?? "") }
    CSVColumn("clusters", "Conversations, with regenerations counted as one.", .count) { .integer($0.drift.clusters) }
    intervalColumns("away_share", .share) { $0.tether?.states?.awayShare.interval }
    intervalColumns("half_life", .turns) { $0.tether?.walk?.halfLife.interval }
    intervalColumns("stationary_sd", .positionSpread) { $0.tether?.walk?.stationaryDeviation.interval }
    CSVColumn(
      "resting_point_sd", "Standard deviation of conversations' own resting points; 0 if they share one.",
      .positionSpread, empty: "model is not walk, or its memory is not shown"
    ) {
      .number(($0.tether?.walk).map { $0.restingPoint.value.isNaN ? .nan : $0.model.restingDeviation })
    }
    CSVColumn(
      "reading_from", "tokens: reading errors are known from them; estimated: together with the walk.", .word,
      empty: "no model was fitted"
    ) {
      if case .fitted(_, let isRead) = $0.tether { .text(isRead ? "tokens" : "estimated") } else { .empty }
    }
    DriftTables.scopeColumn { $0.domain }
  }

  static func tether(_ groups: [DriftResult.Group]) -> CSVTable {
    tetherSchema.table { take in for group in groups { try take(group) } }
  }

  static let driftSchema = CSVSchema<DriftResult.Group> {
    DriftTables.groupColumns { $0 }
    CSVColumn("conversations", "The conversations.", .count) { .integer($0.drift.conversations) }
    CSVColumn("clusters", "Conversations, with regenerations counted as one.", .count) { .integer($0.drift.clusters) }
    CSVColumn("turns", "The turns measured.", .count) { .integer($0.drift.turns) }
    estimateColumns(
      "start", "Mean position of the first turn, of conversations whose first and last turn were measured.", .position,
      empty: "there are fewer than 5 conversations that have it"
    ) { $0.drift.start }
    estimateColumns(
      "end", "Mean position of the last turn, of the same.", .position,
      empty: "there are fewer than 5 conversations that have it"
    ) { $0.drift.end }
    estimateColumns(
      "change", "Mean of end − start; below 0 is away from the Assistant.", .positionChange,
      empty: "there are fewer than 5 conversations that have it"
    ) { $0.drift.change }
    estimateColumns(
      "displacement", "Mean of displacement in conversations.csv.", .positionChange,
      empty: "there are fewer than 5 conversations that have it"
    ) { $0.drift.displacement }
    estimateColumns(
      "absolute_displacement", "Mean of absolute_displacement in conversations.csv.", .positionSpread,
      empty: "there are fewer than 5 conversations that have it"
    ) { $0.drift.absoluteDisplacement }
    estimateColumns(
      "mean_step", "Mean of mean_step in conversations.csv.", .positionChange,
      empty: "there are fewer than 5 conversations that have it"
    ) { $0.drift.meanStep }
    estimateColumns(
      "absolute_step", "Mean of absolute_step in conversations.csv.", .positionSpread,
      empty: "there are fewer than 5 conversations that have it"
    ) { $0.drift.meanAbsoluteStep }
    estimateColumns(
      "max_drawdown", "Mean of max_drawdown in conversations.csv.", .positionSpread,
      empty: "there are fewer than 5 conversations that have it"
    ) { $0.drift.maximumDrawdown }
    estimateColumns(
      "below_threshold", "Mean share of turns below the threshold.", .share,
      empty: "there are fewer than 5 conversations that have it"
    ) { $0.drift.belowThreshold }
    estimateColumns("crossed", "The share of conversations with a turn below the threshold.", .share) {
      $0.drift.crossed
    }
    CSVColumn(
      "model", "two_states or walk: what predicts held-out conversations better; neither: no model is named.", .word
    ) { .text(($0.tether?.model ?? .neither).name) }
    estimateColumns(
      "leave", "Of two states: the share of turns at home that are followed by one away.", .share,
      empty: "model is not two_states"
    ) { $0.tether?.states?.leave }
    estimateColumns(
      "come_back", "Of two states: the share of turns away that are followed by one at home.", .share,
      empty: "model is not two_states"
    ) { $0.tether?.states?.comeBack }
    estimateColumns(
      "reversion_rate", "Of a walk: the share of the gap to the resting point that a turn closes.", .share,
      empty: "model is not walk"
    ) { $0.tether?.walk?.reversionRate }
    estimateColumns(
      "resting_point", "Of a walk: where it tends to.", .position,
      empty: "model is not walk, or its memory is not shown"
    ) { $0.tether?.walk?.restingPoint }
    estimateColumns(
      "baseline", "Mean position of the default's own answers to the opening messages.", .position,
      empty: "not every conversation has a baseline"
    ) {
      $0.relative?.baseline
    }
    estimateColumns(
      "relative_start", "1 + start − baseline.", .position, empty: "not every conversation has a baseline"
    ) { $0.relative?.start }
    estimateColumns("relative_end", "1 + end − baseline.", .position, empty: "not every conversation has a baseline") {
      $0.relative?.end
    }
    estimateColumns(
      "relative_mean", "1 + mean position − baseline.", .position, empty: "not every conversation has a baseline"
    ) { $0.relative?.mean }
    estimateColumns(
      "relative_below_threshold", "The share of turns below the threshold, relative to the baseline.", .share,
      empty: "not every conversation has a baseline"
    ) {
      $0.relative?.belowThreshold
    }
    estimateColumns(
      "length_correlation", "Correlation of a turn's position and the logarithm of its tokens.", .correlation,
      empty: "tokens are not known"
    ) {
      $0.length?.correlation
    }
    estimateColumns(
      "length_slope", "Axis position for e times the tokens, at the same turn of the same conversation.", .number,
      empty: "tokens are not known"
    ) {
      $0.length?.slope
    }
    estimateColumns(
      "change_at_length", "Mean change with length held constant.", .positionChange, empty: "tokens are not known"
    ) { $0.length?.adjustedChange }
    DriftTables.scopeColumn { $0.domain }
  }

  static func drift(_ groups: [DriftResult.Group]) -> CSVTable {
    driftSchema.table { take in for group in groups { try take(group) } }
  }
}
