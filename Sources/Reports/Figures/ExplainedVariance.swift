extension ReportData {
  /// How much of the variance each component has, and which have more than chance gives.
  func explainedVariance() -> Figure? {
    let most = 12
    let hasChance = components.values.contains { $0.contains { $0.chance != nil } }
    return Figure(
      id: "variance", title: "Explained variance",
      caption:
        "The share of the roles' variance that each component has. Blue components are above chance by parallel analysis"
        + (hasChance ? ", of which the dashed line is the highest of 19 permutations." : ".")
        + " Grey ones do not stand out from chance, and where nothing was permuted all are grey.",
      height: 260, radius: 9, layers: layers, shown: shown
    ) { layer in
      guard let found = components[layer]?.prefix(most), !found.isEmpty else { return nil }
      let above = scan.first { $0.layer == layer }?.aboveChance ?? 0
      let highest = found.flatMap { [$0.ratio, $0.chance ?? 0] }.filter(\.isFinite).max() ?? 1
      let plot = Plot(
        height: 260, x: { LinearScale(0.4, Double(max(found.count, 3)) + 0.6, to: $0, $1) },
        y: { LinearScale(0, max(highest * 1.08, 0.01), to: $0, $1) })
      let width = min(24, plot.inner.width / Double(found.count) * 0.6)
      var under = plot.xAxis("component", about: found.count, isWhole: true, hasGrid: false)
      under.append(plot.yAxis("share of the variance", share: true))
      var marks: [Figure.Mark] = []
      for (index, component) in found.enumerated() where component.ratio.isFinite {
        let (x, y) = (plot.x(Double(index + 1)), plot.y(component.ratio))
        let kind = index < above ? "f0" : "fn"
        under.append(
          .element(
            "rect",
            [
              "class": kind, "x": coordinate(x - width / 2), "y": coordinate(y), "width": coordinate(width),
              "height": coordinate(max(0, plot.y(0) - y)),
            ]))
        marks.append(Figure.Mark(x, y + 6, "fh", row: index))
      }
      let chance = found.enumerated().map { index, component in
        component.chance.map { (x: plot.x(Double(index + 1)), y: plot.y($0)) }
      }
      let over = hasChance ? Plot.curve(chance, "z") : Markup()
      return Figure.Frame(under: under, marks: marks, over: over, table: Self.table(Array(found)))
    }
  }

  private static func table(_ components: [Component]) -> FigureTable {
    FigureTable(
      [
        .init("component", "component", decimals: 0), .init("share", "variance_ratio", decimals: 3),
        .init("sum so far", "cumulative_ratio", decimals: 3), .init("cosine with the axis", "cos_axis"),
        .init("chance", "variance_ratio_chance", decimals: 3),
      ],
      components.enumerated().map { index, component in
        [
          .number(Double(index + 1)), .number(component.ratio), .number(component.cumulative),
          .number(component.cosine), .number(component.chance),
        ]
      })
  }
}
