extension ReportData {
  /// The most groups that a figure has rows or lines of.
  private static var mostGroups: Int { 24 }

  /// The groups of a layer, those without a persona first: they are what the model does unasked.
  func ordered(_ layer: Int) -> [Group] {
    let all = groups[layer] ?? []
    return all.filter(\.key.persona.isEmpty) + all.filter { !$0.key.persona.isEmpty }
  }

  /// The rows of a figure of a layer's groups: all, or those without a persona and the others that moved most.
  private func rows(_ layer: Int) -> [Int] {
    let groups = ordered(layer)
    guard groups.count > Self.mostGroups else { return Array(groups.indices) }
    let far = groups.indices.sorted {
      (groups[$0].key.persona.isEmpty ? 1 : 0, abs(groups[$0].change.value), $1)
        > (groups[$1].key.persona.isEmpty ? 1 : 0, abs(groups[$1].change.value), $0)
    }
    return far.prefix(Self.mostGroups).sorted()
  }

  /// The most rows that any layer has, so that a figure keeps its size.
  private var rowCount: Int { layers.map { rows($0).count }.max() ?? 0 }

  /// How far the conversations of each group moved, from their first turn to their last.
  package func driftChanges() -> Figure? {
    guard rowCount > 0 else { return nil }
    return Figure(
      id: "drift", title: "Change from first turn to last",
      caption:
        "The mean change in axis position of a group's conversations, with 95 % intervals. Left of 0 is away from the Assistant. "
        + "Orange: the whole interval is below 0; blue: above; grey: no change is shown.",
      height: WhiskerRows.height(rowCount), layers: layers, shown: shown
    ) { layer in
      let groups = ordered(layer)
      guard !groups.isEmpty else { return nil }
      let shown = rows(layer)
      let values = shown.flatMap {
        [groups[$0].change.value, groups[$0].change.low ?? .nan, groups[$0].change.high ?? .nan]
      }
      let column = WhiskerRows.Column(
        title: "change in axis position", scale: LinearScale(values, holding: [0], to: 146, Figure.width - 18))
      let rows = shown.map { index in
        let change = groups[index].change
        let kind = change.isNegative == true ? "f1" : change.isPositive == true ? "f0" : "fn"
        return WhiskerRows.Row(
          name: groups[index].key.name, values: [change.value.isFinite ? change : nil], kind: kind,
          note: "no conversation with two turns")
      }
      let drawn = WhiskerRows(columns: [column], top: 8, nameEnd: 142).draw(rows, tableRows: shown, lines: [0])
      return Figure.Frame(under: drawn.under, marks: drawn.marks, table: Self.table(groups))
    }
  }

  private static func table(_ groups: [Group]) -> FigureTable {
    FigureTable(
      [
        .init("conversations", "domain"), .init("number", "conversations", decimals: 0), .init("start", "start"),
        .init("end", "end"), .init("change", "change"), .init("low", "change_low"), .init("high", "change_high"),
      ],
      groups.map { group in
        [
          .text(group.key.name), .number(Double(group.conversations)), .number(group.start.value),
          .number(group.end.value), .number(group.change.value), .number(group.change.low),
          .number(group.change.high),
        ]
      })
  }

  /// The mean position of each turn, of each group of conversations without a persona.
  func driftCurves() -> Figure? {
    let kinds = Self.curveGroups(ordered(nearest(groups.keys)))
    guard !kinds.isEmpty else { return nil }
    let height = 330.0
    return Figure(
      id: "curves", title: "Where conversations are, turn by turn",
      caption: "The mean axis position of each turn with its 95 % band: 1 is the default Assistant, 0 the mean role. "
        + "Topics lie at different places before anything has drifted: compare changes, not levels."
        + (kinds.count < ordered(nearest(groups.keys)).count
          ? " Shown are \(counted(kinds.count, "group")); the others are in curves.csv." : ""),
      height: height, radius: 3, layers: layers, shown: shown
    ) { layer in
      let shown = kinds.compactMap { key in ordered(layer).first { $0.key == key } }.filter { !$0.curve.isEmpty }
      return shown.isEmpty ? nil : Self.curves(shown, height: height)
    }
  }

  /// The groups that have a line of their own: those without a persona; where there are none, the first of the others.
  private static func curveGroups(_ groups: [Group]) -> [GroupKey] {
    let unasked = groups.filter(\.key.persona.isEmpty)
    return (unasked.isEmpty ? groups : unasked).filter { !$0.curve.isEmpty }.prefix(Palette.series).map(\.key)
  }

  private static func curves(_ groups: [Group], height: Double) -> Figure.Frame {
    let means = groups.flatMap { $0.curve.map(\.mean) }
    let all = means.flatMap { [$0.value, $0.low ?? .nan, $0.high ?? .nan] }
    let last = Double(groups.flatMap { $0.curve.map(\.turn) }.max() ?? 1)
    let plot = Plot(
      height: height, right: 112, x: { LinearScale(-0.2, max(last, 1) + 0.2, to: $0, $1) },
      y: { LinearScale(all, holding: [0, 1], to: $0, $1) })
    var under = plot.xAxis("turn of the Assistant", isWhole: true, hasGrid: false) + plot.yAxis("axis position")
    for value in [0.0, 1.0] {
      under.append(Plot.line(plot.inner.x, plot.y(value), plot.inner.x + plot.inner.width, plot.y(value), "z"))
    }
    var (bands, lines, marks, rows, ends) = (Markup(), Markup(), [Figure.Mark](), [[FigureTable.Cell]](), [Double]())
    for (index, group) in groups.enumerated() {
      let points = group.curve.filter { $0.mean.value.isFinite }
      let banded = points.compactMap { point in
        point.mean.low.flatMap { low in
          point.mean.high.map { (x: plot.x(Double(point.turn)), low: plot.y(low), high: plot.y($0)) }
        }
      }
      bands.append(Plot.band(banded, "band f\(index)"))
      lines.append(
        Plot.curve(
          points.map { (x: plot.x(Double($0.turn)), y: plot.y($0.mean.value)) }, "l f\(index) d\(index % 4)"))
      for point in points {
        marks.append(.init(plot.x(Double(point.turn)), plot.y(point.mean.value), "f\(index)", row: rows.count))
        rows.append([
          .text(group.key.name), .number(Double(point.turn)), .number(Double(point.conversations)),
          .number(point.mean.value), .number(point.mean.low), .number(point.mean.high),
        ])
      }
      ends.append(points.last.map { plot.y($0.mean.value) } ?? plot.inner.y)
    }
    let heights = LabelPlacement.spread(ends, height: 15, low: plot.inner.y + 6, high: height - 50)
    var over = Markup()
    let x = plot.inner.x + plot.inner.width
    for (index, group) in groups.enumerated() {
      over.append(Plot.line(x - 8, ends[index], x + 4, heights[index], "w f\(index)"))
      over.append(
        Plot.text(x + 7, heights[index] + 4, TextMetrics.fitted(group.key.name, width: 100, size: Plot.size), "t i"))
    }
    let columns: [FigureTable.Column] = [
      .init("conversations", "domain"), .init("turn", "turn", decimals: 0),
      .init("number", "conversations", decimals: 0), .init("mean position", "mean"), .init("low", "low"),
      .init("high", "high"),
    ]
    return Figure.Frame(under: under + bands + lines, marks: marks, over: over, table: FigureTable(columns, rows))
  }

  /// How often conversations leave the Assistant and come back, where two states are told.
  func moveRates() -> Figure? {
    let hasStates = groups.values.contains { $0.contains { $0.tether?.leave != nil } }
    guard hasStates, rowCount > 0 else { return nil }
    return Figure(
      id: "tether", title: "Leaving and coming back",
      caption:
        "Of groups that are consistent with two states: the share of turns with the Assistant that are followed by one away, and "
        + "of turns away that are followed by one with it; 95 % intervals.",
      height: WhiskerRows.height(rowCount), layers: layers, shown: shown
    ) { layer in
      let groups = ordered(layer)
      guard !groups.isEmpty else { return nil }
      let columns = [
        WhiskerRows.Column(title: "leaves, a turn", scale: LinearScale(0, 1, to: 146, 248)),
        WhiskerRows.Column(title: "comes back, a turn", scale: LinearScale(0, 1, to: 280, 382)),
      ]
      let shown = rows(layer)
      let rows = shown.map { index in
        let tether = groups[index].tether
        let note = tether?.model == "walk" ? "consistent with a walk" : "no model is named"
        let isTold = tether?.model == "two_states"
        return WhiskerRows.Row(
          name: groups[index].key.name, values: [isTold ? tether?.leave : nil, isTold ? tether?.comeBack : nil],
          kind: groups[index].key.persona.isEmpty ? "f0" : "f3", note: note)
      }
      let drawn = WhiskerRows(columns: columns, top: 8, nameEnd: 142).draw(rows, tableRows: shown)
      return Figure.Frame(under: drawn.under, marks: drawn.marks, table: Self.rates(groups))
    }
  }

  private static func rates(_ groups: [Group]) -> FigureTable {
    FigureTable(
      [
        .init("conversations", "domain"), .init("model", "model"), .init("leaves", "leave"), .init("low", "leave_low"),
        .init("high", "leave_high"), .init("comes back", "come_back"), .init("low", "come_back_low"),
        .init("high", "come_back_high"), .init("note", "note"),
      ],
      groups.map { group in
        let (leave, back) = (group.tether?.leave, group.tether?.comeBack)
        return [
          .text(group.key.name), .text(group.tether?.model ?? ""), .number(leave?.value), .number(leave?.low),
          .number(leave?.high), .number(back?.value), .number(back?.low), .number(back?.high),
          .text(group.tether?.note ?? ""),
        ]
      })
  }
}
