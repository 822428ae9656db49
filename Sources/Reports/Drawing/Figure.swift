/// A figure: what is drawn of it at each layer, in one place and size, with the numbers behind it.
package struct Figure: Sendable {
  /// The width of a figure: at that of a telephone's screen, which is not much less, its text is still 10 pixels high.
  package static let width = 400.0

  /// A point that can be pointed at: a row of the figure's table.
  package struct Mark: Sendable, Equatable {
    package let x, y: Double
    /// Its colour: `f0` to `f7` of a series, `q0` to `q6` of a place, `fn` of what is not told.
    package let kind: String
    /// The row of the table that it shows; where the figure is a grid, the cell: they are counted row after row, without the first
    /// column.
    package let row: Int

    package init(_ x: Double, _ y: Double, _ kind: String, row: Int) {
      (self.x, self.y, self.kind, self.row) = (x, y, kind, row)
    }
  }

  /// What is drawn at a layer: below the points, the points, and above them.
  package struct Frame: Sendable {
    package var under = Markup()
    package var marks: [Mark] = []
    package var over = Markup()
    package var table: FigureTable
  }

  /// The size of a rectangle that stands in the place of a point.
  package struct Cell: Sendable, Equatable {
    package let width, height: Double

    package init(width: Double, height: Double) { (self.width, self.height) = (width, height) }
  }

  /// Its name, which is also that of its file.
  package let id: String
  package let title: String
  /// How to read it.
  package let caption: String
  package let width, height: Double
  /// The radius of points.
  package let radius: Double
  /// The width and height of what stands in the place of points; nil where they are round.
  package let cell: Cell?
  /// Whether each point is a cell of the table, of a row and a column, and not a row.
  package let isGrid: Bool
  /// Its frames by layer, at least one; those of one layer alone are of no slider.
  package let frames: [Int: Frame]
  /// The layer that is shown at first.
  package let layer: Int

  /// A figure that is drawn by `frame` at each of `layers` where that gives something; nil if it does nowhere.
  package init?(
    id: String, title: String, caption: String, width: Double = Self.width, height: Double, radius: Double = 4,
    cell: Cell? = nil, isGrid: Bool = false, layers: [Int], shown: Int, frame: (Int) -> Frame?
  ) {
    var frames: [Int: Frame] = [:]
    for layer in layers { frames[layer] = frame(layer) }
    guard let nearest = frames.keys.sorted().min(by: { abs($0 - shown) < abs($1 - shown) }) else { return nil }
    (self.id, self.title, self.caption) = (id, title, caption)
    (self.width, self.height, self.radius) = (width, height, radius)
    (self.cell, self.isGrid) = (cell, isGrid)
    (self.frames, self.layer) = (frames, nearest)
  }

  /// The frame that is shown at first.
  package var shownFrame: Frame { frames[layer] ?? Frame(table: FigureTable([], [])) }

  /// The drawing as an element of a page.
  package var inline: Markup {
    let attributes: KeyValuePairs<String, String?> = [
      "viewBox": viewBox, "class": "fig", "role": "img", "tabindex": "0", "data-fig": id,
      "aria-labelledby": "t-\(id)", "aria-describedby": "d-\(id)",
    ]
    return .element("svg", attributes, drawing)
  }

  /// The drawing as a file of its own, in the light colours.
  package func file(sheet: String) -> String {
    let background = Markup.element(
      "rect", ["width": coordinate(width), "height": coordinate(height), "class": "page"])
    let content = [
      Markup.element("title", text: title), .element("desc", text: caption),
      .element("style", [:], .text(Palette.resolved(sheet))), background, drawing,
    ]
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + Markup.element(
        "svg",
        [
          "xmlns": "http://www.w3.org/2000/svg", "viewBox": viewBox, "width": coordinate(width),
          "height": coordinate(height), "class": "fig",
        ], content
      ).written + "\n"
  }

  private var viewBox: String { "0 0 \(coordinate(width)) \(coordinate(height))" }

  private var drawing: Markup {
    let frame = shownFrame
    let columns = frame.table.columns.count - 1
    let marks = frame.marks.map { mark in
      let row = isGrid ? mark.row / columns : mark.row
      let name = row < frame.table.rows.count ? frame.table.rows[row].first?.shown(2) : nil
      guard let cell else {
        return Markup.element(
          "circle",
          [
            "class": "m \(mark.kind)", "cx": coordinate(mark.x), "cy": coordinate(mark.y), "r": coordinate(radius),
            "data-i": "\(mark.row)", "data-n": name,
          ])
      }
      return Markup.element(
        "rect",
        [
          "class": "m \(mark.kind)", "x": coordinate(mark.x - cell.width / 2),
          "y": coordinate(mark.y - cell.height / 2), "width": coordinate(cell.width),
          "height": coordinate(cell.height), "data-i": "\(mark.row)", "data-n": name,
        ])
    }
    return .element("g", ["class": "u"], frame.under) + .element("g", ["class": "ms"], marks)
      + .element("g", ["class": "o"], frame.over)
  }
}
