/// The numbers behind a figure: what a screen reader is given in its place, what is written as CSV, and what is shown of a point.
package struct FigureTable: Sendable, Equatable {
  /// A column: its title, and how many decimals its numbers are shown with.
  package struct Column: Sendable, Equatable {
    package let title: String
    package let decimals: Int
    /// The name under which a table of the analysis has it.
    package let name: String

    package init(_ title: String, _ name: String, decimals: Int = 2) {
      (self.title, self.name, self.decimals) = (title, name, decimals)
    }
  }

  /// A cell.
  package enum Cell: Sendable, Equatable {
    case text(String)
    case number(Double?)

    /// As it is shown.
    func shown(_ decimals: Int) -> String {
      switch self {
      case .text(let text): text
      case .number(let value): decimal(value, decimals)
      }
    }

    /// As JSON within a script.
    var script: String {
      switch self {
      case .text(let text): scriptString(text)
      case .number(let value): significant(value)
      }
    }
  }

  package let columns: [Column]
  package let rows: [[Cell]]

  package init(_ columns: [Column], _ rows: [[Cell]]) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row of another number of cells than columns")
    (self.columns, self.rows) = (columns, rows)
  }

  /// As a table of a page, named `caption`; the first column names the rows.
  package func markup(caption: String) -> Markup {
    let isNumeric = columns.indices.map { column in
      rows.allSatisfy { if case .number = $0[column] { true } else { false } }
    }
    let head = columns.indices.map { index in
      Markup.element("th", ["scope": "col", "class": isNumeric[index] ? "n" : nil], text: columns[index].title)
    }
    let body = rows.map { row in
      let cells = row.indices.map { index in
        let text = row[index].shown(columns[index].decimals)
        if index == 0 { return Markup.element("th", ["scope": "row"], text: text) }
        return Markup.element("td", ["class": isNumeric[index] ? "n" : nil], text: text)
      }
      return Markup.element("tr", ["data-n": row.first?.shown(2)], cells)
    }
    return .element(
      "table", [:],
      [
        .element("caption", text: caption), .element("thead", [:], .element("tr", [:], head)),
        .element("tbody", [:], body),
      ])
  }
}
