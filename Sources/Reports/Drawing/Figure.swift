/// A figure: what is drawn of it at each layer, in one place and size, with the numbers behind it.
package struct Figure: Sendable {
  /// A point that can be pointed at: a row of the figure's table.
  package struct Mark: Sendable, Equatable {
    package let x, y: Double
    /// Its colour: `f0` to `f7` of a series, `q0` to `q6` of a place, `fn` of what is not told.
    package let kind: String
    /// The row of the table that it shows.
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

  /// Its name, which is also that of its file.
  package let id: String
  package let title: String
  /// How to read it.
  package let caption: String
  package let width, height: Double
  /// The radius of points.
  package let radius: Double
  /// Its frames by layer, at least one; those of one layer alone are of no slider.
  package let frames: [Int: Frame]
  /// The layer that is shown at first.
  package let layer: Int

  /// A figure that is drawn by `frame` at each of `layers` where that gives something; nil if it does nowhere.
  package init?(
    id: String, title: String, caption: String, width: Double = 480, height: Double, radius: Double = 4,
    layers: [Int], shown: Int, frame: (Int) -> Frame?
  ) {
    var frames: [Int: Frame] = [:]
    for layer in layers { frames[layer] = frame(layer) }
    guard let nearest = frames.keys.sorted().min(by: { abs($0 - shown) < abs($1 - shown) }) else { return nil }
    (self.id, self.title, self.caption) = (id, title, caption)
    (self.width, self.height, self.radius) = (width, height, radius)
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
    let marks = frame.marks.map { mark in
      let name = mark.row < frame.table.rows.count ? frame.table.rows[mark.row].first?.shown(2) : nil
      return Markup.element(
        "circle",
        [
          "class": "m \(mark.kind)", "cx": coordinate(mark.x), "cy": coordinate(mark.y), "r": coordinate(radius),
          "data-i": "\(mark.row)", "data-n": name,
        ])
    }
    return .element("g", ["class": "u"], frame.under) + .element("g", ["class": "ms"], marks)
      + .element("g", ["class": "o"], frame.over)
  }
}

extension Figure {
  /// What the script knows of it, as JSON that may stand within a `<script>`: its columns, and of each layer what is below the
  /// points, above them, the points (x, y, kind, row) and the rows of the table. A column of texts that is the same at all layers
  /// stands there once.
  package var script: String {
    let layers = frames.keys.sorted()
    let columns = shownFrame.table.columns
    let texts = columns.indices.map { column in shownFrame.table.rows.map { $0[column] } }
    let isConstant = columns.indices.map { column in
      layers.allSatisfy { frames[$0]?.table.rows.map { $0[column] } == texts[column] }
    }
    let heads = columns.map { "[\(scriptString($0.title)),\(scriptString($0.name)),\($0.decimals)]" }
    func list(_ cells: [FigureTable.Cell]) -> String { "[" + cells.map(\.script).joined(separator: ",") + "]" }
    let constants = columns.indices.map { isConstant[$0] ? list(texts[$0]) : "null" }
    let parts = layers.compactMap { layer in
      frames[layer].map { frame in
        let own = columns.indices.map { column in
          isConstant[column] ? "null" : list(frame.table.rows.map { $0[column] })
        }
        let marks = frame.marks.map {
          "\(coordinate($0.x)),\(coordinate($0.y)),\(scriptString($0.kind)),\($0.row)"
        }
        return "\"\(layer)\":{\"u\":\(scriptString(frame.under.written)),\"o\":\(scriptString(frame.over.written)),"
          + "\"m\":[\(marks.joined(separator: ","))],\"c\":[\(own.joined(separator: ","))]}"
      }
    }
    return "{\"columns\":[\(heads.joined(separator: ","))],\"same\":[\(constants.joined(separator: ","))],"
      + "\"radius\":\(coordinate(radius)),\"layer\":\(layer),\"layers\":{\(parts.joined(separator: ","))}}"
  }
}
