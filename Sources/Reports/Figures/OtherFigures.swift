extension ReportData {
  /// The answers of personas along their directions, by the state they are told to be in.
  func answerStrip() -> Figure? {
    let shown = answers.prefix(12)
    guard !shown.isEmpty else { return nil }
    let rowHeight = 26.0
    let height = 66 + Double(shown.count) * rowHeight
    let table = FigureTable(
      [
        .init("persona", "persona"), .init("answers", "responses", decimals: 0),
        .init("as the default", "at_home"),
      ],
      shown.map { row in
        let home = row.answers.map(\.home).filter(\.isFinite)
        return [
          .text(row.persona), .number(Double(row.answers.count)),
          .number(home.isEmpty ? nil : home.reduce(0, +) / Double(home.count)),
        ]
      })
    return Figure(
      id: "answers", title: "Answers along the persona's direction",
      caption:
        "Each point is an answer: 0 is the default, 1 the persona. Blue: more likely given as the default; orange: as the persona; "
        + "grey: not identified.",
      height: height, radius: 2.6, layers: [self.shown], shown: self.shown
    ) { _ in
      let all = shown.flatMap { $0.answers.map(\.position) }
      let scale = LinearScale(all, holding: [0, 1], to: 132, 466)
      let bottom = height - 46
      var (under, marks) = (Markup(), [Figure.Mark]())
      for tick in scale.ticks(about: 6) {
        under.append(Plot.line(scale(tick), 6, scale(tick), bottom, "g"))
        under.append(
          Plot.text(scale(tick), bottom + 16, decimal(tick, scale.decimals(about: 6)), anchor: "middle"))
      }
      under.append(Plot.line(132, bottom, 466, bottom, "a"))
      under.append(Plot.text(299, bottom + 36, "place along the direction", "tt", anchor: "middle"))
      for (index, row) in shown.enumerated() {
        let middle = 12 + (Double(index) + 0.5) * rowHeight
        let name = TextMetrics.fitted(row.persona, width: 118, size: Plot.size)
        under.append(Plot.text(124, middle + 4, name, "t i", anchor: "end"))
        for (place, answer) in row.answers.enumerated() where answer.position.isFinite {
          // A golden-ratio sequence spreads points of a row without a pattern, and the same at each run.
          let spread = (Double(place) * 0.618_034).truncatingRemainder(dividingBy: 1) - 0.5
          let kind = !answer.home.isFinite ? "fn" : answer.home >= 0.5 ? "f0" : "f1"
          marks.append(Figure.Mark(scale(answer.position), middle + spread * 15, kind, row: index))
        }
      }
      return Figure.Frame(under: under, marks: marks, table: table)
    }
  }

  /// The cosines of traits with the axis and the components.
  func traitMap() -> Figure? {
    let names = Self.distinct(layers.flatMap { (traits[$0] ?? []).map(\.name) })
    let targets = Self.distinct(layers.flatMap { (traits[$0] ?? []).map(\.target) }).prefix(8)
    guard !names.isEmpty, !targets.isEmpty else { return nil }
    let most = 30
    let side = (width: min(40, 330 / Double(targets.count)), height: 17.0)
    let height = 52 + Double(min(names.count, most)) * side.height
    return Figure(
      id: "traits", title: "Traits along axis and components",
      caption:
        "The cosine of each trait vector with each direction, less the mean role: blue positive, orange negative. A point: "
        + "further from 0 than random directions, with q below 0.05."
        + (names.count > most ? " Shown are the \(most) with the largest cosines with \(targets.first ?? "")." : ""),
      height: height, radius: 2.5, layers: layers, shown: shown
    ) { layer in
      guard let found = traits[layer], !found.isEmpty else { return nil }
      return traitFrame(found, names: names, targets: Array(targets), most: most, side: side)
    }
  }

  private func traitFrame(
    _ found: [Trait], names: [String], targets: [String], most: Int, side: (width: Double, height: Double)
  ) -> Figure.Frame {
    var cells: [String: Int] = [:]
    for (index, trait) in found.enumerated() { cells["\(trait.name)\u{0}\(trait.target)"] = index }
    func cell(_ name: String, _ target: String) -> Int? { cells["\(name)\u{0}\(target)"] }
    func cosine(_ name: String) -> Double { cell(name, targets[0]).map { found[$0].cosine } ?? 0 }
    let kept = names.count > most ? Array(names.sorted { abs(cosine($0)) > abs(cosine($1)) }.prefix(most)) : names
    let rows = kept.sorted { (cosine($0), $1) > (cosine($1), $0) }
    var (under, marks) = (Markup(), [Figure.Mark]())
    for (column, target) in targets.enumerated() {
      let x = 140 + Double(column) * side.width
      let label = TextMetrics.fitted(target, width: side.width - 2, size: Plot.size)
      under.append(Plot.text(x + side.width / 2, 24, label, "t i", anchor: "middle"))
      for (row, name) in rows.enumerated() {
        guard let index = cell(name, target), found[index].cosine.isFinite else { continue }
        let y = 32 + Double(row) * side.height
        under.append(
          .element(
            "rect",
            [
              "class": "q\(Palette.placeClass((found[index].cosine + 1) / 2 * 2 - 1))", "x": coordinate(x + 1),
              "y": coordinate(y + 1), "width": coordinate(side.width - 2), "height": coordinate(side.height - 2),
            ]))
        let isTold = found[index].q < 0.05
        marks.append(
          .init(x + side.width / 2, y + side.height / 2, isTold ? "fk" : "fh", row: index))
      }
    }
    for (row, name) in rows.enumerated() {
      let text = TextMetrics.fitted(name, width: 128, size: Plot.size)
      under.append(Plot.text(134, 32 + Double(row) * side.height + 13, text, "t i", anchor: "end"))
    }
    let table = FigureTable(
      [
        .init("trait", "trait"), .init("direction", "target"), .init("cosine", "centred_cosine"),
        .init("q", "q", decimals: 3),
      ],
      found.map { [.text($0.name), .text($0.target), .number($0.cosine), .number($0.q)] })
    return Figure.Frame(under: under, marks: marks, table: table)
  }

  /// What two or more spaces have in common.
  func comparisonRows() -> Figure? {
    let known = comparison.filter { $0.value.value.isFinite && abs($0.value.value) <= 1 }
    let layersOfA = Set(known.map(\.layerA))
    let layer = nearest(layersOfA)
    let shown = Array(known.filter { $0.layerA == layer }.prefix(24))
    guard !shown.isEmpty else { return nil }
    return Figure(
      id: "comparison", title: "What the spaces have in common",
      caption: "Measures of likeness of two spaces at layer \(layer), with 95 % intervals; 1 is the same.",
      height: WhiskerRows.height(shown.count), layers: [self.shown], shown: self.shown
    ) { _ in
      let values = shown.flatMap { [$0.value.value, $0.value.low ?? .nan, $0.value.high ?? .nan] }
      let column = WhiskerRows.Column(title: "value", scale: LinearScale(values, holding: [0, 1], to: 206, 462))
      let rows = shown.map { measure in
        WhiskerRows.Row(
          name: measure.name, values: [measure.value],
          kind: measure.isTold ? "f0" : "fn")
      }
      let drawn = WhiskerRows(columns: [column], top: 8, nameEnd: 202)
        .draw(rows, tableRows: Array(shown.indices), lines: [0, 1])
      let table = FigureTable(
        [
          .init("measure", "measure"), .init("a", "a"), .init("b", "b"), .init("value", "value"), .init("low", "low"),
          .init("high", "high"), .init("by chance", "null_95"),
        ],
        shown.map { measure in
          [
            .text(measure.name), .text(measure.a), .text(measure.b), .number(measure.value.value),
            .number(measure.value.low), .number(measure.value.high), .number(measure.null),
          ]
        })
      return Figure.Frame(under: drawn.under, marks: drawn.marks, table: table)
    }
  }

  static func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
