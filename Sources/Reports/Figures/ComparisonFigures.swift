extension ReportData {
  /// The pairs of spaces that have figures of their own.
  static var mostPairs: Int { 3 }

  /// The pairs that are compared, in their order.
  var comparedPairs: [ComparedPair] {
    var pairs: [ComparedPair] = []
    for measure in comparison {
      let pair = ComparedPair(a: measure.a, b: measure.b)
      if pairs.last != pair, !pairs.contains(pair) { pairs.append(pair) }
    }
    for movement in movements where !pairs.contains(movement.pair) { pairs.append(movement.pair) }
    return pairs
  }

  /// The figures of the first pairs: what the two have in common, their components, and where each role goes.
  func comparisonFigures() -> [Figure?] {
    comparedPairs.prefix(Self.mostPairs).enumerated().flatMap { index, pair in
      let ending = index == 0 ? "" : "-\(index + 1)"
      return [commonMeasures(pair, ending), matchedComponents(pair, ending), slopes(pair, ending)]
    }
  }

  /// The measures of `pair` at the layer that is compared, of components or of all else.
  private func measures(_ pair: ComparedPair, ofComponents: Bool) -> [Measure] {
    comparison.filter {
      $0.a == pair.a && $0.b == pair.b && $0.layerA == comparedLayer && $0.value.value.isFinite
        && $0.name.hasPrefix("matched_loading_pearson") == ofComponents && !$0.name.hasPrefix("loading_pearson")
    }
  }

  /// What two spaces have in common.
  private func commonMeasures(_ pair: ComparedPair, _ ending: String) -> Figure? {
    let shown = Array(measures(pair, ofComponents: false).filter { abs($0.value.value) <= 1 }.prefix(24))
    return whiskers(
      shown, names: shown.map(\.name), id: "comparison" + ending,
      title: "What \(pair.a) and \(pair.b) have in common",
      caption:
        "Measures of likeness at layer \(comparedLayer), with 95 % intervals; 1 is the same, of a residual 0. Blue: beyond what "
        + "95 % of pairs of unrelated roles reach.", column: "value")
  }

  /// Each of the first components of a space with the one of the other that is most like it.
  private func matchedComponents(_ pair: ComparedPair, _ ending: String) -> Figure? {
    let shown = measures(pair, ofComponents: true)
    let names = shown.enumerated().map { index, measure in
      "PC\(index + 1) with " + (measure.match.map { "PC\($0)" } ?? "its match")
    }
    return whiskers(
      shown, names: names, id: "loadings" + ending, title: "Components of \(pair.a) in \(pair.b)",
      caption:
        "The correlation over roles of their loadings on a component of \(pair.a) and on the component of \(pair.b) that is most "
        + "like it, with 95 % intervals. Blue: beyond what 95 % of pairs of unrelated roles reach.",
      column: "correlation of loadings")
  }

  private func whiskers(
    _ shown: [Measure], names: [String], id: String, title: String, caption: String, column: String
  ) -> Figure? {
    guard !shown.isEmpty else { return nil }
    return Figure(
      id: id, title: title, caption: caption, height: WhiskerRows.height(shown.count), layers: [self.shown],
      shown: self.shown
    ) { _ in
      let values = shown.flatMap { [$0.value.value, $0.value.low ?? .nan, $0.value.high ?? .nan] }
      let scale = LinearScale(values, holding: [0, 1], to: 164, Figure.width - 18)
      let rows = zip(shown, names).map { measure, name in
        WhiskerRows.Row(name: name, values: [measure.value], kind: measure.isTold ? "f0" : "fn")
      }
      let drawn = WhiskerRows(columns: [.init(title: column, scale: scale)], top: 8, nameEnd: 160)
        .draw(rows, tableRows: Array(shown.indices), lines: [0, 1])
      let table = FigureTable(
        [
          .init("measure", "measure"), .init("a", "a"), .init("b", "b"), .init("value", "value"), .init("low", "low"),
          .init("high", "high"), .init("by chance", "null_95"),
        ],
        zip(shown, names).map { measure, name in
          [
            .text(name), .text(measure.a), .text(measure.b), .number(measure.value.value), .number(measure.value.low),
            .number(measure.value.high), .number(measure.null),
          ]
        })
      return Figure.Frame(under: drawn.under, marks: drawn.marks, table: table)
    }
  }
}
