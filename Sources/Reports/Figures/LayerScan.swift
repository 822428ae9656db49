extension ReportData {
  /// How well axis and first component agree at each layer, with its interval.
  func layerScan() -> Figure? {
    guard scan.count > 1, scan.contains(where: { $0.cosine.value.isFinite }) else { return nil }
    let table = FigureTable(
      [
        .init("layer", "layer", decimals: 0), .init("cos(axis, PC1)", "cos_axis_pc1"), .init("low", "cos_axis_pc1_low"),
        .init("high", "cos_axis_pc1_high"), .init("random directions", "random_null_95"),
        .init("verdict", "verdict"), .init("share of PC1", "pc1_variance_ratio"),
      ],
      scan.map { layer in
        [
          .number(Double(layer.layer)), .number(layer.cosine.value), .number(layer.cosine.low),
          .number(layer.cosine.high), .number(layer.randomNull), .text(layer.verdict ?? ""),
          .number(layer.componentRatio.value),
        ]
      })
    let numbers = scan.map { Double($0.layer) }
    let plot = Plot(
      height: 270,
      x: { LinearScale((numbers.min() ?? 0) - 0.5, (numbers.max() ?? 1) + 0.5, to: $0, $1) },
      y: { LinearScale(0, 1.02, to: $0, $1) })
    let drawn = scanDrawing(plot)
    return Figure(
      id: "layers", title: "Agreement of axis and first component, layer by layer",
      caption:
        "The cosine of the angle between the axis and PC1 with its 95 % band. Below the dashed line it is within what random "
        + "directions reach. Filled points: the verdict is found; orange: weak; grey: inconclusive or absent. The line marks the layer "
        + "that is shown.",
      height: 270, layers: layers, shown: shown
    ) { layer in
      let x = plot.x(Double(layer))
      let now = Plot.line(x, plot.inner.y, x, plot.inner.y + plot.inner.height, "now")
      return Figure.Frame(under: drawn.under + now, marks: drawn.marks, table: table)
    }
  }

  private func scanDrawing(_ plot: Plot) -> (under: Markup, marks: [Figure.Mark]) {
    var under = plot.xAxis("layer", about: 8, isWhole: true, hasGrid: false)
    under.append(plot.yAxis("cos(axis, PC1)"))
    let banded = scan.compactMap { layer in
      layer.cosine.low.flatMap { low in
        layer.cosine.high.map {
          (x: plot.x(Double(layer.layer)), low: plot.y(max(low, 0)), high: plot.y(min($0, 1)))
        }
      }
    }
    under.append(Plot.band(banded, "band f0"))
    under.append(
      Plot.curve(
        scan.map { layer in
          layer.randomNull.isFinite ? (x: plot.x(Double(layer.layer)), y: plot.y(layer.randomNull)) : nil
        }, "z"))
    let points = scan.map { layer in
      layer.cosine.value.isFinite ? (x: plot.x(Double(layer.layer)), y: plot.y(max(layer.cosine.value, 0))) : nil
    }
    under.append(Plot.curve(points, "l f0"))
    let marks = points.enumerated().compactMap { index, point in
      point.map { point in
        let kind = scan[index].verdict == "found" ? "f0" : scan[index].verdict == "weak" ? "f1" : "fn"
        return Figure.Mark(point.x, point.y, kind, row: index)
      }
    }
    return (under, marks)
  }
}
