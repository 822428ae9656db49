extension ReportData {
  /// The roles on the first two components, coloured by where they lie along the axis.
  func componentScatter() -> Figure? {
    Figure(
      id: "components", title: "Roles on the first two components",
      caption:
        "Colour is the position along the axis: blue toward the Assistant, orange away from it. The ring is the default. If the "
        + "axis is the first component, colours change from left to right alone.",
      height: 400, radius: (roles[shown]?.count ?? 0) > 400 ? 2.5 : 4, layers: layers, shown: shown
    ) { layer in
      guard let roles = self.roles[layer], roles.contains(where: { $0.pc1.isFinite && $0.pc2.isFinite }) else {
        return nil
      }
      return scatter(roles, layer)
    }
  }

  private func scatter(_ roles: [Role], _ layer: Int) -> Figure.Frame {
    let known = roles.indices.filter { roles[$0].pc1.isFinite && roles[$0].pc2.isFinite }
    let plot = Plot(
      height: 400,
      x: { LinearScale(known.map { roles[$0].pc1 }, margin: 0.06, to: $0, $1) },
      y: { LinearScale(known.map { roles[$0].pc2 }, margin: 0.06, to: $0, $1) })
    func title(_ component: Int) -> String {
      guard let found = components[layer], component < found.count else { return "PC\(component + 1)" }
      return "PC\(component + 1) (\(percentage(found[component].ratio)) of the variance)"
    }
    var over = Markup()
    let marks = known.map { index in
      let role = roles[index]
      let (x, y) = (plot.x(role.pc1), plot.y(role.pc2))
      if role.rank == nil {
        over.append(.element("circle", ["class": "ring", "cx": coordinate(x), "cy": coordinate(y), "r": "7"]))
      }
      return Figure.Mark(x, y, "q\(Palette.placeClass(role.position.value))", row: index)
    }
    let points = known.map { (plot.x(roles[$0].pc1), plot.y(roles[$0].pc2)) }
    for label in Self.labels(
      points, names: known.map { roles[$0].rank == nil ? assistant : roles[$0].name },
      first: known.firstIndex { roles[$0].rank == nil }, within: plot.inner)
    {
      over.append(Plot.text(label.x, label.y, label.text, "t i"))
    }
    return Figure.Frame(
      under: plot.xAxis(title(0)) + plot.yAxis(title(1)), marks: marks, over: over, table: Self.table(roles))
  }

  /// The labels of `first` and of the points farthest from the middle, as many as have room, clear of the points.
  static func labels(_ points: [(Double, Double)], names: [String], first: Int?, within bounds: Box)
    -> [LabelPlacement.Placed]
  {
    let count = Double(max(points.count, 1))
    let centre = points.reduce((0.0, 0.0)) { ($0.0 + $1.0 / count, $0.1 + $1.1 / count) }
    func distance(_ index: Int) -> Double {
      let (x, y) = (points[index].0 - centre.0, points[index].1 - centre.1)
      return x * x + y * y
    }
    let far = points.indices.filter { $0 != first }.sorted { (distance($0), $1) > (distance($1), $0) }.prefix(16)
    // Of thousands of points all that could be in the way are those near: the others have no part in it.
    let boxes = points.prefix(600).map { Box(x: $0.0 - 3, y: $0.1 - 3, width: 6, height: 6) }
    var placement = LabelPlacement(within: bounds, size: Plot.size, clearOf: boxes)
    return placement.place(
      ([first].compactMap(\.self) + far).map { (x: points[$0].0, y: points[$0].1, text: names[$0]) }, radius: 5)
  }
}
