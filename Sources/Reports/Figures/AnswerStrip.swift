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
      let scale = LinearScale(all, holding: [0, 1], to: 116, Figure.width - 14)
      let bottom = height - 46
      var (under, marks) = (Markup(), [Figure.Mark]())
      for tick in scale.ticks(about: 6) {
        under.append(Plot.line(scale(tick), 6, scale(tick), bottom, "g"))
        under.append(
          Plot.text(scale(tick), bottom + 16, decimal(tick, scale.decimals(about: 6)), anchor: "middle"))
      }
      under.append(Plot.line(116, bottom, Figure.width - 14, bottom, "a"))
      under.append(Plot.text(251, bottom + 36, "place along the direction", "tt", anchor: "middle"))
      for (index, row) in shown.enumerated() {
        let middle = 12 + (Double(index) + 0.5) * rowHeight
        let name = TextMetrics.fitted(row.persona, width: 104, size: Plot.size)
        under.append(Plot.text(110, middle + 4, name, "t i", anchor: "end"))
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

  static func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
