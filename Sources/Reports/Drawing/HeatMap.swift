/// Numbers as coloured cells in rows and columns with names: orange below 0, grey at it, blue above, as far as `limit` to both sides.
struct HeatMap {
  let rows, columns: [String]
  /// The absolute value at which colours end.
  let limit: Double

  /// The height of a row, where cells begin at the left, and the most columns that labels are apart in.
  static let (rowHeight, left, mostColumns) = (17.0, 116.0, 18)
  private static let legendHeight = 50.0

  /// Cells for `values`, of which those that are not finite have none.
  init(rows: [String], columns: [String], values: some Sequence<Double>) {
    (self.rows, self.columns) = (rows, columns)
    limit = values.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
  }

  private var columnWidth: Double { min(44, (Figure.width - 12 - Self.left) / Double(max(columns.count, 1))) }
  /// Whether a name of a column is wider than it, so that all stand upright.
  private var isUpright: Bool { columns.contains { TextMetrics.width($0, size: Plot.size) > columnWidth - 4 } }
  private var labels: [String] { columns.map { TextMetrics.fitted($0, width: 96, size: Plot.size) } }
  private var top: Double {
    isUpright ? (labels.map { TextMetrics.width($0, size: Plot.size) }.max() ?? 0) + 10 : 22
  }
  private var bottom: Double { top + Double(rows.count) * Self.rowHeight }

  var height: Double { bottom + Self.legendHeight }
  var cell: Figure.Cell { Figure.Cell(width: columnWidth - 1.4, height: Self.rowHeight - 1.4) }

  /// Where the cell of a row and a column has its middle.
  func middle(_ row: Int, _ column: Int) -> (x: Double, y: Double) {
    (Self.left + (Double(column) + 0.5) * columnWidth, top + (Double(row) + 0.5) * Self.rowHeight)
  }

  /// The colour class of a number.
  func kind(_ value: Double) -> String { "q\(Palette.placeClass(limit > 0 ? value / limit : 0))" }

  /// The names of rows and columns, and what the colours stand for.
  var frame: Markup {
    var result = Markup()
    for (column, label) in labels.enumerated() {
      let x = middle(0, column).x
      result.append(
        isUpright
          ? Plot.text(
            x + 4, top - 5, label, "t i", transform: "rotate(-90 \(coordinate(x + 4)) \(coordinate(top - 5)))")
          : Plot.text(x, top - 7, label, "t i", anchor: "middle"))
    }
    for (row, name) in rows.enumerated() {
      let text = TextMetrics.fitted(name, width: Self.left - 10, size: Plot.size)
      result.append(Plot.text(Self.left - 6, middle(row, 0).y + 4, text, "t i", anchor: "end"))
    }
    let side = 22.0
    let start = (Figure.width - 7 * side) / 2
    for step in 0..<7 {
      result.append(
        .element(
          "rect",
          [
            "class": "q\(step)", "x": coordinate(start + Double(step) * side), "y": coordinate(bottom + 14),
            "width": coordinate(side), "height": "10",
          ]))
    }
    let decimals = limit < 0.095 ? 3 : 2
    for (share, x) in [(-1.0, 0.5), (0, 3.5), (1, 6.5)] {
      let text = decimal(share * limit, share == 0 ? 0 : decimals)
      result.append(Plot.text(start + x * side, bottom + 40, text, anchor: "middle"))
    }
    result.append(Plot.text(start - 8, bottom + 23, "cosine", "t s", anchor: "end"))
    return result
  }
}
