internal import Dumps
internal import Files
internal import PersonaSpace

/// `cap_turns.csv` and `caps.csv`.
enum CapTables {
  static func turns(_ rows: [CapTurn]) -> String {
    var table = CSVText(columns: [
      "conversation", "domain", "condition", "sample", "turn", "layer", "percentile", "tau", "granularity", "tokens",
      "touched", "before", "after", "pullback", "before_position", "after_position", "perturbation",
    ])
    for row in rows {
      let capped = row.capped
      table.append(
        keyCells(row.key) + [
          .integer(row.turn), .integer(row.layer), .number(row.threshold.percentile), .number(row.threshold.tau),
          .text(row.tokens == nil ? "turn" : "token"), .integer(row.tokens), .number(capped.touched),
          .number(capped.before), .number(capped.after), .number(capped.pullback), .number(row.positionBefore),
          .number(row.positionAfter), .number(capped.perturbation),
        ])
    }
    return table.text
  }

  /// The interval of a reduction comes from resampling conversations, which this version does not do: its cells are
  /// empty.
  static func caps(_ caps: [CapResult.Cap]) -> String {
    var table = CSVText(columns: [
      "layer", "percentile", "tau", "turns", "touched", "mean_pullback", "drift_before", "drift_after",
      "drift_reduction", "drift_reduction_low", "drift_reduction_high", "benign_touched", "perturbation",
    ])
    for cap in caps {
      table.append([
        .integer(cap.layer), .number(cap.percentile), .number(cap.tau), .integer(cap.turns), .number(cap.touched),
        .number(cap.meanPullback), .number(cap.driftBefore), .number(cap.driftAfter), .number(cap.driftReduction),
        .empty, .empty, .number(cap.benignTouched), .number(cap.perturbation),
      ])
    }
    return table.text
  }
}
