internal import Files
internal import Reports

extension ReportReader {
  /// `comparison.csv` and `movers.csv`.
  mutating func readComparison() throws {
    if let table = try input.table(
      "comparison.csv", numbers: ["layer_a", "layer_b", "value", "low", "high", "null_95", "component_b"],
      texts: ["a", "b", "measure"])
    {
      for row in 0..<table.count {
        guard let a = table.integer("layer_a", row), let b = table.integer("layer_b", row) else { continue }
        data.comparison.append(
          .init(
            a: table.text("a", row), b: table.text("b", row), name: table.text("measure", row), layerA: a, layerB: b,
            value: table.estimated("value", row, low: "low", high: "high"), null: table.known("null_95", row),
            match: table.integer("component_b", row)))
      }
    }
    try readMovers()
  }

  private mutating func readMovers() throws {
    guard
      let table = try input.table(
        "movers.csv",
        numbers: [
          "layer_a", "layer_b", "position_a", "position_b", "change", "change_corrected", "low", "high", "q",
        ], texts: ["a", "b", "role", "moved", "note"])
    else { return }
    for row in 0..<table.count {
      let pair = ReportData.ComparedPair(a: table.text("a", row), b: table.text("b", row))
      var index = data.movements.firstIndex { $0.pair == pair }
      if index == nil {
        data.movements.append(
          .init(pair, layerA: table.integer("layer_a", row) ?? 0, layerB: table.integer("layer_b", row) ?? 0))
        index = data.movements.count - 1
      }
      guard let index else { continue }
      let moved = table.text("moved", row)
      data.movements[index].movers.append(
        .init(
          role: table.text("role", row), positionA: table.number("position_a", row),
          positionB: table.number("position_b", row), change: table.number("change", row),
          corrected: table.known("change_corrected", row), low: table.known("low", row),
          high: table.known("high", row), q: table.known("q", row), hasMoved: moved.isEmpty ? nil : moved == "yes"))
      if moved.isEmpty, data.movements[index].note.isEmpty { data.movements[index].note = table.text("note", row) }
    }
  }
}
