/// Numbers with their intervals in rows, each beside its name: what two intervals share, and on which side of a line each lies, is
/// seen at once.
struct WhiskerRows {
  /// A row.
  struct Row {
    let name: String
    /// The numbers of each column of the figure; nil where one is not told.
    let values: [Estimated?]
    /// The colour class of its points.
    let kind: String
    /// What stands in place of numbers that are not told.
    var note: String?
  }

  /// A column: its title and its scale.
  struct Column {
    let title: String
    let scale: LinearScale
  }

  static let rowHeight = 19.0
  /// The height of a figure of `count` rows.
  static func height(_ count: Int) -> Double { Double(max(count, 1)) * rowHeight + 58 }

  let columns: [Column]
  let top: Double
  /// Where names end.
  let nameEnd: Double

  /// The frame of `rows`; row i of the figure's table is `tableRows[i]`.
  func draw(_ rows: [Row], tableRows: [Int], lines: [Double] = []) -> (under: Markup, marks: [Figure.Mark]) {
    var (under, marks) = (Markup(), [Figure.Mark]())
    let bottom = top + Double(rows.count) * Self.rowHeight + 4
    for column in columns {
      let scale = column.scale
      let decimals = scale.decimals(about: 4)
      for tick in scale.ticks(about: 4) {
        under.append(Plot.line(scale(tick), top, scale(tick), bottom, "g"))
        under.append(Plot.text(scale(tick), bottom + 16, decimal(tick, decimals), anchor: "middle"))
      }
      for value in lines where scale.holds(value) {
        under.append(Plot.line(scale(value), top, scale(value), bottom, "z"))
      }
      under.append(Plot.line(scale.start, bottom, scale.end, bottom, "a"))
      under.append(Plot.text((scale.start + scale.end) / 2, bottom + 36, column.title, "tt", anchor: "middle"))
    }
    for (index, row) in rows.enumerated() {
      let y = top + (Double(index) + 0.5) * Self.rowHeight + 2
      let name = TextMetrics.fitted(row.name, width: nameEnd - 8, size: Plot.size)
      under.append(Plot.text(nameEnd - 6, y + 4, name, row.values.contains { $0 != nil } ? "t i" : "t", anchor: "end"))
      for (column, value) in zip(columns, row.values) {
        guard let value, value.value.isFinite else { continue }
        let scale = column.scale
        if let low = value.low, let high = value.high {
          under.append(Plot.line(scale.clamped(low), y, scale.clamped(high), y, "w \(row.kind)"))
        }
        marks.append(Figure.Mark(scale.clamped(value.value), y, row.kind, row: tableRows[index]))
      }
      if row.values.allSatisfy({ $0 == nil }), let note = row.note, let scale = columns.first?.scale {
        let end = columns.last?.scale.end ?? scale.end
        let text = TextMetrics.fitted(note, width: end - scale.start - 8, size: Plot.size)
        under.append(Plot.text(scale.start + 6, y + 4, text, "t s"))
      }
    }
    return (under, marks)
  }
}
