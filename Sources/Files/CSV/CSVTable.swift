/// A table of text cells read from a CSV file (RFC 4180: commas, quotes doubled within quotes; LF or CRLF).
public struct CSVTable: Sendable {
  /// The file.
  public let path: String
  /// The header row.
  public let columns: [String]
  /// The rows below it, each as long as the header.
  public let rows: [[String]]
  /// The line of the file on which each row starts, from 1.
  package let lines: [Int]

  /// Reads the table at `path`.
  ///
  /// - Throws: `FileError` if it cannot be read, has no header, or a row has more or fewer cells than the header.
  public init(readingFrom path: String) throws {
    self.path = path
    var parser = Parser(path: path, bytes: try readFile(path, limit: 1 << 32))
    guard let header = try parser.nextRow() else { throw FileError(path: path, fault: TableFault.empty) }
    columns = header
    var (rows, lines) = ([[String]](), [Int]())
    while true {
      let line = parser.line
      guard let row = try parser.nextRow() else { break }
      if row == [""] { continue }  // a blank line
      guard row.count == header.count else {
        throw FileError(
          path: path, place: "line \(line)", fault: TableFault.width(found: row.count, wanted: header.count))
      }
      rows.append(row)
      lines.append(line)
    }
    (self.rows, self.lines) = (rows, lines)
  }

  /// The index of the column `name`.
  ///
  /// - Throws: `FileError` naming the columns that are there.
  public func column(_ name: String) throws -> Int {
    guard let index = columns.firstIndex(of: name) else {
      throw FileError(path: path, place: "line 1", fault: TableFault.noColumn(name, present: columns))
    }
    return index
  }

  /// The number in a cell; nil for an empty one.
  package func number(row: Int, column: Int) throws -> Double? {
    let text = rows[row][column]
    if text.isEmpty { return nil }
    guard let value = Double(text), value.isFinite else {
      throw FileError(
        path: path, place: "line \(lines[row])", fault: TableFault.notANumber(text, column: columns[column]))
    }
    return value
  }

  private struct Parser {
    let path: String
    let bytes: [UInt8]
    var offset = 0
    var line = 1

    init(path: String, bytes: [UInt8]) {
      (self.path, self.bytes) = (path, bytes)
      // Spreadsheets write a byte order mark.
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    }

    mutating func nextRow() throws -> [String]? {
      guard offset < bytes.count else { return nil }
      var row: [String] = []
      while true {
        row.append(try cell())
        guard offset < bytes.count else { return row }
        let separator = bytes[offset]
        offset += separator == UInt8(ascii: "\r") ? 2 : 1
        if separator != UInt8(ascii: ",") {
          line += 1
          return row
        }
      }
    }

    /// The cell at `offset`, which is left at the separator behind it.
    private mutating func cell() throws -> String {
      var content: [UInt8] = []
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
        let start = line
        offset += 1
        while true {
          guard offset < bytes.count else {
            throw FileError(path: path, place: "line \(start)", fault: TableFault.openQuote)
          }
          let byte = bytes[offset]
          offset += 1
          if byte == UInt8(ascii: "\"") {
            guard offset < bytes.count, bytes[offset] == byte else { break }
            offset += 1
          }
          if byte == UInt8(ascii: "\n") { line += 1 }
          content.append(byte)
        }
      }
      while offset < bytes.count, bytes[offset] != UInt8(ascii: ","), bytes[offset] != UInt8(ascii: "\n"),
        !(bytes[offset] == UInt8(ascii: "\r") && offset + 1 < bytes.count && bytes[offset + 1] == UInt8(ascii: "\n"))
      {
        content.append(bytes[offset])
        offset += 1
      }
      guard let text = String(validating: content, as: UTF8.self) else {
        throw FileError(path: path, place: "line \(line)", fault: TableFault.notText)
      }
      return text
    }
  }
}

/// Why a CSV file is not the table that is wanted.
public enum TableFault: FileFault, Equatable {
  /// There is no header.
  case empty
  /// A row has another number of cells than the header.
  case width(found: Int, wanted: Int)
  /// A column is missing.
  case noColumn(String, present: [String])
  /// A cell should hold a number.
  case notANumber(String, column: String)
  /// A quote is not closed.
  case openQuote
  /// The text is not UTF-8.
  case notText
  /// No row is of an assistant turn with a position.
  case noTurns

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .empty: "the table is empty; a header row is wanted"
    case .width(let found, let wanted): "\(found) cells, the header has \(wanted)"
    case .noColumn(let name, let present): "no column '\(name)'; there is \(listed(present, most: 20))"
    case .notANumber(let text, let column): "'\(text)' in column '\(column)' is no finite number"
    case .openQuote: "a quote is not closed"
    case .notText: "the text is not UTF-8"
    case .noTurns: "no row of an assistant turn with an axis_position; make the table with `persona project`"
    }
  }
}
