extension Figure {
  /// What the script knows of figures, as JSON that may stand within a `<script>`: of each its columns, and of each layer what is below
  /// the points, above them, the points (x, y, and row and kind in one number) and the columns of the table.
  ///
  /// What would stand there many times stands there once: a column that is the same at all layers, a text of a column, a table that an
  /// earlier figure has as well.
  static func script(_ figures: [Figure]) -> String {
    var owners: [Figure] = []
    let parts = figures.map { figure in
      let owner = owners.first { $0.hasTable(of: figure) }
      if owner == nil { owners.append(figure) }
      return "\(scriptString(figure.id)):\(figure.script(tableOf: owner?.id))"
    }
    return "{\(parts.joined(separator: ",\n"))}"
  }

  /// The kinds of points, by the numbers that they have in the script.
  static let kinds = (0..<8).map { "f\($0)" } + ["fn", "fh"] + (0..<7).map { "q\($0)" }
  /// A point's row times this, and its kind.
  private static let kindStep = 32

  private func hasTable(of other: Figure) -> Bool {
    frames.keys == other.frames.keys && shownFrame.table.columns == other.shownFrame.table.columns
      && frames.allSatisfy { layer, frame in frame.table == other.frames[layer]?.table }
  }

  /// The same of this figure alone; its table is that of the figure `owner`, if that is not nil.
  private func script(tableOf owner: String?) -> String {
    let layers = frames.keys.sorted()
    let columns = shownFrame.table.columns
    var texts = Texts()
    var constants: [String?] = columns.indices.map { _ in nil }
    if owner == nil {
      for column in columns.indices {
        let cells = shownFrame.table.rows.map { $0[column] }
        let isSame = layers.allSatisfy { frames[$0]?.table.rows.map { $0[column] } == cells }
        if isSame { constants[column] = texts.list(cells) }
      }
    }
    let isUnderSame = frames.values.allSatisfy { $0.under == shownFrame.under }
    let drawn = layers.compactMap { layer in
      frames[layer].map { frame in
        let own = columns.indices.map { column in
          constants[column] == nil ? texts.list(frame.table.rows.map { $0[column] }) : "null"
        }
        let marks = frame.marks.map {
          "\(coordinate($0.x)),\(coordinate($0.y)),\($0.row * Self.kindStep + (Self.kinds.firstIndex(of: $0.kind) ?? 0))"
        }
        return
          "\"\(layer)\":{\(isUnderSame ? "" : "\"u\":\(scriptString(frame.under.written)),")\"o\":\(scriptString(frame.over.written)),"
          + "\"m\":[\(marks.joined(separator: ","))]"
          + (owner == nil ? ",\"c\":[\(own.joined(separator: ","))]}" : "}")
      }
    }
    let heads = columns.map { "[\(scriptString($0.title)),\(scriptString($0.name)),\($0.decimals)]" }
    return "{\"columns\":[\(heads.joined(separator: ","))],"
      + (isUnderSame ? "\"u\":\(scriptString(shownFrame.under.written))," : "")
      + (owner.map { "\"table\":\(scriptString($0))," }
        ?? "\"texts\":[\(texts.written)],\"same\":[\(constants.map { $0 ?? "null" }.joined(separator: ","))],")
      + "\"radius\":\(coordinate(radius)),\(cell.map { "\"cell\":[\(coordinate($0.width)),\(coordinate($0.height))]," } ?? "")"
      + "\(isGrid ? "\"grid\":true," : "")\"layer\":\(layer),\"layers\":{\(drawn.joined(separator: ",\n"))}}"
  }

  /// The texts of a table, each once. In a column of texts stand their numbers.
  private struct Texts {
    private var numbers: [String: Int] = [:]
    private var all: [String] = []

    var written: String { all.map(scriptString).joined(separator: ",") }

    /// A column as JSON: a list of numbers, or `{"t": …}` around one of the numbers of texts.
    mutating func list(_ cells: [FigureTable.Cell]) -> String {
      var isText = false
      let written = cells.map { cell in
        switch cell {
        case .number(let value): return significant(value)
        case .text(let text):
          isText = true
          if let known = numbers[text] { return "\(known)" }
          numbers[text] = all.count
          all.append(text)
          return "\(all.count - 1)"
        }
      }
      let list = "[" + written.joined(separator: ",") + "]"
      return isText ? "{\"t\":\(list)}" : list
    }
  }
}
