/// The columns of a kind of table, in their order.
public struct CSVSchema<Row>: Sendable {
  /// The columns; their names differ.
  public let columns: [CSVColumn<Row>]

  /// A table of the columns that `columns` lists.
  package init(@CSVColumns<Row> _ columns: () -> [CSVColumn<Row>]) {
    self.columns = columns()
    precondition(Set(self.columns.map(\.name)).count == self.columns.count, "two columns of one name")
  }

  /// The header, with its end of line.
  package var header: String { columns.map { CSVQuoting.written($0.name) }.joined(separator: ",") + "\n" }

  /// The line of `row`, with its end.
  package func line(_ row: Row) -> String {
    var (line, isFirst) = ("", true)
    for column in columns {
      if !isFirst { line += "," }
      isFirst = false
      line += column.cell(row).written
    }
    line += "\n"
    return line
  }

  /// The table of the rows that `rows` gives to the function it is called with, one after the other.
  package func table(_ rows: @escaping ((Row) throws -> Void) throws -> Void) -> CSVTable {
    CSVTable(header: header) { take in try rows { try take(line($0)) } }
  }
}

/// A table that is yet to be written: RFC 4180, `.` decimals, shortest round-trip numbers, `\n`.
public struct CSVTable {
  /// The header, with its end of line.
  let header: String
  /// Gives each line, with its end, to the function it is called with.
  let lines: ((String) throws -> Void) throws -> Void
}
