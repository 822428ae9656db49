internal import PersonaSpace

/// `conversations.csv` and `curves.csv`.
enum DriftTables {
  static func conversations(_ drifts: [DriftResult.Conversation]) -> String {
    var table = CSVText(columns: [
      "conversation", "domain", "condition", "sample", "layer", "turns", "start", "end", "change", "mean", "minimum",
      "slope", "max_drawdown", "below_threshold",
    ])
    for row in drifts {
      let drift = row.drift
      table.append(
        keyCells(row.key) + [
          .integer(row.layer), .integer(drift.turns), .number(drift.start), .number(drift.end), .number(drift.change),
          .number(drift.mean), .number(drift.minimum), .number(drift.slope), .number(drift.maximumDrawdown),
          .number(drift.belowThreshold),
        ])
    }
    return table.text
  }

  /// The interval of a mean comes from resampling conversations, which this version does not do: `low` and `high` are
  /// empty.
  static func curves(_ points: [DriftResult.CurvePoint]) -> String {
    var table = CSVText(columns: ["domain", "condition", "layer", "turn", "conversations", "mean", "low", "high"])
    for point in points {
      table.append([
        .text(point.domain), .text(point.condition), .integer(point.layer), .integer(point.turn),
        .integer(point.conversations), .number(point.mean), .empty, .empty,
      ])
    }
    return table.text
  }
}
