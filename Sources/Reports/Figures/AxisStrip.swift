extension ReportData {
  /// Where the roles lie along the axis: all of them as points, those at the two ends by name with their intervals.
  package func axisStrip() -> Figure? {
    let all = layers.flatMap { (roles[$0] ?? []).map(\.position.value) }.filter(\.isFinite)
    guard !all.isEmpty else { return nil }
    let most = layers.compactMap { roles[$0]?.filter { $0.rank != nil }.count }.max() ?? 0
    let named = min(8, most / 2)
    let height = 132 + WhiskerRows.height(2 * named)
    return Figure(
      id: "axis", title: "Roles along the Assistant axis",
      caption:
        "Each point is a role: 0 is the mean role, 1 the default Assistant (ring). Below, the roles at the two ends, with 95 % "
        + "intervals where they were drawn.",
      height: height, radius: most > 400 ? 2.5 : 3.6, layers: layers, shown: shown
    ) { layer in
      guard let roles = self.roles[layer], !roles.isEmpty else { return nil }
      return frame(roles, named: named, height: height)
    }
  }

  private func frame(_ roles: [Role], named: Int, height: Double) -> Figure.Frame {
    let known = roles.indices.filter { roles[$0].position.value.isFinite }
    let order = known.filter { roles[$0].rank != nil }
      .sorted { (roles[$0].position.value, $0) > (roles[$1].position.value, $1) }
    let shown = order.count > 2 * named ? Array(order.prefix(named) + order.suffix(named)) : order
    let ends = shown.flatMap { [roles[$0].position.low, roles[$0].position.high].compactMap(\.self) }
    let scale = LinearScale(
      known.map { roles[$0].position.value } + ends, holding: [0, 1], margin: 0.03, to: Self.start, Figure.width - 14)
    let isAssistant = { (index: Int) in roles[index].rank == nil }
    let places = Self.swarm(known.map { scale(roles[$0].position.value) }, diameter: roles.count > 400 ? 4 : 7)
    let step = min(7.0, 88 / Double(max(1, (places.max() ?? 0))))
    let rows = shown.map { index in
      WhiskerRows.Row(
        name: roles[index].name, values: [roles[index].position],
        kind: "q\(Palette.placeClass(roles[index].position.value))")
    }
    let drawn = WhiskerRows(columns: [.init(title: "axis position", scale: scale)], top: 132, nameEnd: Self.start - 2)
      .draw(rows, tableRows: shown, lines: [0, 1])
    var under = Plot.line(Self.start, 104, Figure.width - 14, 104, "a") + drawn.under
    under.append(landmarks(scale))
    var over = Markup()
    let marks = zip(known, places).map { index, place in
      let (x, y) = (scale(roles[index].position.value), 99 - Double(place) * step)
      if isAssistant(index) {
        over.append(.element("circle", ["class": "ring", "cx": coordinate(x), "cy": coordinate(y), "r": "6.5"]))
      }
      return Figure.Mark(x, y, "q\(Palette.placeClass(roles[index].position.value))", row: index)
    }
    return Figure.Frame(under: under, marks: marks + drawn.marks, over: over, table: Self.table(roles))
  }

  /// Where the scale begins, right of the names.
  private static var start: Double { 116 }

  /// Lines at the mean role and the default, and their names, apart where the lines are close.
  private func landmarks(_ scale: LinearScale) -> Markup {
    var result = Markup()
    let names = ["mean role (0)", "\(assistant) (1)"].map { TextMetrics.fitted($0, width: 120, size: Plot.size) }
    let halves = names.map { TextMetrics.width($0, size: Plot.size) / 2 }
    let lack = max(0, halves[0] + halves[1] + 10 - (scale(1) - scale(0))) / 2
    let right = min(scale(1) + lack, Figure.width - 4 - halves[1])
    let left = min(scale(0) - lack, right - halves[0] - halves[1] - 10)
    for (index, middle) in [left, right].enumerated() {
      let x = scale(Double(index))
      result.append(Plot.line(x, 4, x, 110, "z"))
      result.append(Plot.text(middle, 122, names[index], anchor: "middle"))
    }
    return result
  }

  /// The rows of points at `x` that are `diameter` wide, so that none covers another: each in the first row that is free there.
  package static func swarm(_ x: [Double], diameter: Double) -> [Int] {
    var ends: [Double] = []
    var places = [Int](repeating: 0, count: x.count)
    for index in x.indices.sorted(by: { (x[$0], $0) < (x[$1], $1) }) {
      let free = ends.firstIndex { $0 <= x[index] }
      places[index] = free ?? ends.count
      if let free { ends[free] = x[index] + diameter } else { ends.append(x[index] + diameter) }
    }
    return places
  }

  /// The roles' numbers, which strip and scatter share.
  static func table(_ roles: [Role]) -> FigureTable {
    FigureTable(
      [
        .init("role", "role"), .init("group", "group"), .init("rank", "rank", decimals: 0),
        .init("position", "axis_position"), .init("low", "axis_position_low"), .init("high", "axis_position_high"),
        .init("PC1", "pc1"), .init("PC2", "pc2"),
      ],
      roles.map { role in
        [
          .text(role.name), .text(role.group), .number(role.rank.map(Double.init)), .number(role.position.value),
          .number(role.position.low), .number(role.position.high), .number(role.pc1), .number(role.pc2),
        ]
      })
  }
}
