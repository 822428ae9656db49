internal import Analyses
internal import Files

/// The columns of tables, as text and as Markdown.
enum ColumnsReport {
  /// For a terminal: a line or more a column.
  static func text(_ tables: [AnalysisTables.Table]) -> String {
    tables.map { table in
      let lines = table.columns.map { column in
        let empty = column.emptiness.isEmpty ? "" : " Empty where \(column.emptiness)."
        return wrapped("\(column.name): \(column.meaning) \(measure(column))\(empty)", indent: 2)
      }
      return ([heading(table)] + lines).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// For `docs/columns.md`: a table of tables' columns under a heading each.
  static func markdown(_ tables: [AnalysisTables.Table]) -> String {
    tables.map { table in
      let lines = table.columns.map { column in
        // A bar ends a cell.
        let meaning = column.meaning.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
        return "| `\(column.name)` | \(meaning) | \(column.unit.unit) | \(column.unit.range) | \(column.emptiness) |"
      }
      return """
        ## \(table.files.map { "`\($0)`" }.joined(separator: ", "))

        A row is \(table.row). Written by `persona \(table.verb)`.

        | column | meaning | unit | range | empty where |
        |---|---|---|---|---|
        \(lines.joined(separator: "\n"))
        """
    }.joined(separator: "\n\n")
  }

  private static func heading(_ table: AnalysisTables.Table) -> String {
    "\(table.files.joined(separator: ", ")): a row is \(table.row); written by persona \(table.verb)"
  }

  /// Unit and range.
  private static func measure(_ column: AnalysisTables.Column) -> String {
    let parts = [column.unit.unit == "none" ? "no unit" : column.unit.unit, column.unit.range]
    return "[\(parts.filter { !$0.isEmpty }.joined(separator: ": "))]"
  }
}
