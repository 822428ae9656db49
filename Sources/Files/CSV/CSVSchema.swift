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
    var line: [UInt8] = []
    append(row, to: &line)
    return String(decoding: line, as: UTF8.self)
  }

  /// Appends the line of `row`, with its end, to `lines`: text that is not put together as a `String` first, as tables of a sweep have
  /// millions of cells.
  package func append(_ row: Row, to lines: inout [UInt8]) {
    var isFirst = true
    for column in columns {
      if !isFirst { lines.append(UInt8(ascii: ",")) }
      isFirst = false
      column.cell(row).append(to: &lines)
    }
    lines.append(UInt8(ascii: "\n"))
  }

  /// The table of the rows that `rows` gives to the function it is called with, one after the other.
  package func table(_ rows: @escaping @Sendable ((Row) throws -> Void) throws -> Void) -> CSVTable {
    CSVTable(header: header) { take in
      var waiting: [UInt8] = []
      try rows {
        append($0, to: &waiting)
        guard waiting.count >= CSVTable.held else { return }
        try take(waiting)
        waiting.removeAll(keepingCapacity: true)
      }
      try take(waiting)
    }
  }
}

/// A table that is yet to be written: RFC 4180, `.` decimals, shortest round-trip numbers, `\n`.
public struct CSVTable: Sendable {
  /// The header, with its end of line.
  let header: String
  /// Gives its lines, with their ends, to the function it is called with, many at a time.
  let lines: @Sendable (([UInt8]) throws -> Void) throws -> Void

  /// Bytes of a table held before they are written.
  static let held = 1 << 16
}
