extension ReportData {
  /// Resistance against instability, with intervals; personas of which they are not told apart, below.
  package func personaMap() -> Figure? {
    guard !personas.isEmpty else { return nil }
    guard personas.values.contains(where: { $0.contains(where: \.isMapped) }) else { return departures() }
    let waiting = layers.map { layer in (personas[layer] ?? []).count { !$0.isMapped } }.max() ?? 0
    let lanes = (waiting + Self.perLane - 1) / Self.perLane
    let height = 380 + (waiting > 0 ? 34 + Double(min(lanes, 8)) * 7 : 0)
    return Figure(
      id: "personas", title: "Resistance and instability",
      caption:
        "Resistance is the share of a persona's answers that are given as the default; instability how the others scatter along "
        + "its direction, in axis lengths. Lines are 95 % intervals. Dashed: from where a persona counts as resisted, or may count as "
        + "unstable. Grey points below: neither can be told.",
      height: height, radius: (personas[shown]?.count ?? 0) > 150 ? 2.8 : 4, layers: layers, shown: shown
    ) { layer in
      guard let personas = self.personas[layer], !personas.isEmpty else { return nil }
      return map(personas, height: height, laneGap: 8.0 / Double(max(1, (lanes + 7) / 8)))
    }
  }

  /// The points of those that are not identified, in a row below the map.
  private static var perLane: Int { 44 }

  private func map(_ personas: [Persona], height: Double, laneGap: Double) -> Figure.Frame {
    let told = personas.indices.filter { personas[$0].isMapped }
    let waiting = personas.indices.filter { !personas[$0].isMapped }
    let tops = told.compactMap { personas[$0].instability.map { max($0.value, $0.high ?? 0) } }
    let plot = Plot(
      height: 380, x: { LinearScale(-0.02, 1.02, to: $0, $1) },
      y: { LinearScale(0, max(tops.max() ?? 0, instabilityCutoff * 1.5) * 1.06, to: $0, $1) })
    var under = plot.xAxis("resistance: answers given as the default") + plot.yAxis("instability, in axis lengths")
    let bottom = plot.inner.y + plot.inner.height
    under.append(Plot.line(plot.x(resistanceCutoff), plot.inner.y, plot.x(resistanceCutoff), bottom, "z"))
    under.append(
      Plot.line(
        plot.inner.x, plot.y(instabilityCutoff), plot.inner.x + plot.inner.width, plot.y(instabilityCutoff), "z"))
    var (marks, whiskers) = ([Figure.Mark](), [String: String]())
    for index in told {
      guard let resistance = personas[index].resistance, let instability = personas[index].instability else { continue }
      let (x, y) = (plot.x(resistance.value), plot.y(instability.value))
      let kind = personas[index].kind
      if let low = resistance.low, let high = resistance.high {
        whiskers[kind, default: ""] += "M\(coordinate(plot.x(low))) \(coordinate(y))H\(coordinate(plot.x(high)))"
      }
      if let low = instability.low, let high = instability.high {
        whiskers[kind, default: ""] += "M\(coordinate(x)) \(coordinate(plot.y(low)))V\(coordinate(plot.y(high)))"
      }
      marks.append(Figure.Mark(x, y, kind, row: index))
    }
    for (kind, path) in whiskers.sorted(by: { $0.key < $1.key }) {
      under.append(.element("path", ["class": "w \(kind) th", "d": path]))
    }
    if told.isEmpty {
      let middle = plot.inner.x + plot.inner.width / 2
      under.append(Plot.text(middle, plot.inner.y + 90, "None is identified at this layer", "t s", anchor: "middle"))
    }
    if !waiting.isEmpty {
      under.append(
        Plot.text(plot.inner.x, 402, "\(waiting.count) not identified:", "t s"))
    }
    for (place, index) in waiting.enumerated() {
      let (x, y) = (plot.inner.x + 5 + Double(place % Self.perLane) * 7.3, 414 + Double(place / Self.perLane) * laneGap)
      marks.append(Figure.Mark(x, y, "fn", row: index))
    }
    // Those that stand out come first to their labels.
    let order = told.sorted { (personas[$0].rank, $1) > (personas[$1].rank, $0) }
    let points = order.map {
      (plot.x(personas[$0].resistance?.value ?? 0), plot.y(personas[$0].instability?.value ?? 0))
    }
    let boxes = points.prefix(600).map { Box(x: $0.0 - 3, y: $0.1 - 3, width: 6, height: 6) }
    var placement = LabelPlacement(within: plot.inner, size: Plot.size, clearOf: boxes)
    let labels = placement.place(
      zip(order, points).prefix(14).map { (x: $1.0, y: $1.1, text: personas[$0].name) }, radius: 5)
    let over = Markup(labels.map { Plot.text($0.x, $0.y, $0.text, "t i") })
    return Figure.Frame(under: under, marks: marks, over: over, table: Self.table(personas))
  }

  /// How far the answers of personas lie from the default's, where resistance and instability are told of none.
  private func departures() -> Figure? {
    let most = 24
    let count = min(most, personas.values.map(\.count).max() ?? 0)
    guard personas.values.contains(where: { $0.contains { $0.departure.value.isFinite } }) else { return nil }
    return Figure(
      id: "personas", title: "How far answers lie from the default's",
      caption:
        "The departure of a persona's answers from the default's, in the default's standard deviations, with 95 % intervals. Of "
        + "none of them resistance and instability can be told; the table has the reasons.",
      height: WhiskerRows.height(count), layers: layers, shown: shown
    ) { layer in
      guard let all = personas[layer], !all.isEmpty else { return nil }
      let shown = all.indices.sorted { a, b in
        let (own, other) = (all[a].departure.value, all[b].departure.value)
        return (own.isFinite ? own : -.infinity, b) > (other.isFinite ? other : -.infinity, a)
      }.prefix(most)
      let values = shown.flatMap { index in
        [all[index].departure.value, all[index].departure.low ?? .nan, all[index].departure.high ?? .nan]
      }
      let column = WhiskerRows.Column(
        title: "departure, in the default's sd", scale: LinearScale(values, holding: [0], to: 146, Figure.width - 18)
      )
      let rows = shown.map { index in
        let departure = all[index].departure
        return WhiskerRows.Row(
          name: all[index].name, values: [departure.value.isFinite ? departure : nil], kind: "fn", note: "not measured")
      }
      let drawn = WhiskerRows(columns: [column], top: 8, nameEnd: 142).draw(rows, tableRows: Array(shown), lines: [0])
      return Figure.Frame(under: drawn.under, marks: drawn.marks, table: Self.table(all))
    }
  }

  private static func table(_ personas: [Persona]) -> FigureTable {
    FigureTable(
      [
        .init("persona", "persona"), .init("group", "group"), .init("state", "state"),
        .init("departure", "departure", decimals: 1), .init("resistance", "resistance"),
        .init("low", "resistance_low"), .init("high", "resistance_high"), .init("instability", "instability"),
        .init("low", "instability_low"), .init("high", "instability_high"),
        .init("the default's", "instability_default"), .init("is", "quadrant"), .init("note", "note"),
      ],
      personas.map { persona in
        let (resistance, instability) = (persona.resistance, persona.instability)
        return [
          .text(persona.name), .text(persona.group), .text(persona.state), .number(persona.departure.value),
          .number(resistance?.value), .number(resistance?.low), .number(resistance?.high),
          .number(instability?.value), .number(instability?.low), .number(instability?.high),
          .number(persona.floor), .text(persona.quadrant), .text(persona.note),
        ]
      })
  }
}

extension ReportData.Persona {
  /// Whether both numbers are there.
  var isMapped: Bool {
    isIdentified && resistance?.value.isFinite ?? false && instability?.value.isFinite ?? false
  }

  /// Its colour, by what it is: resisted, unstable, both, adopted, or none of these.
  fileprivate var kind: String {
    switch quadrant {
    case "resistant": "f1"
    case "unstable": "f3"
    case "both": "f4"
    case "adopted": "f0"
    default: "f6"
    }
  }

  /// How much it stands out: resisted and unstable ones first.
  fileprivate var rank: Double {
    (quadrant == "adopted" || quadrant.isEmpty ? 0 : 10) + (resistance?.value ?? 0) + (instability?.value ?? 0)
  }
}
