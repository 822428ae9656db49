/// Reads a CSV file row by row (RFC 4180: commas, quotes doubled within quotes; LF or CRLF), in memory of one row.
///
/// Blanks around the names of columns are left out; where there are any, blanks around cells are left out as well.
/// A text that got an apostrophe against formulas loses it again; `docs/file-formats.md` has the rule.
public struct CSVReader {
  /// The header row.
  public private(set) var columns: [String] = []
  /// The line of the file on which the row begins, from 1.
  public private(set) var line = 1

  private var bytes: PieceReader
  /// The line of the file on which the next row begins.
  private var nextLine = 1
  /// The content of the row's cells, one behind the other, without quotes.
  private var content: [UInt8] = []
  /// Where each cell ends in `content`.
  private var ends: [Int] = []

  /// Whether blanks around cells are left out.
  private var hasBlanks = false

  /// The file.
  public var path: String { bytes.path }

  /// Opens the table at `path` and reads its header.
  ///
  /// - Throws: `FileError` if it cannot be read, has no header, or two columns of one name.
  public init(path: String) throws {
    bytes = try PieceReader(path: path)
    guard try readRow() else { throw FileError(path: path, fault: TableFault.empty) }
    let names = ends.indices.map(text)
    hasBlanks = names.contains { $0.first == " " || $0.last == " " }
    columns = ends.indices.map(text)
    var seen: Set<String> = []
    for name in columns where !name.isEmpty && !seen.insert(name).inserted {
      throw FileError(path: path, place: "line 1", fault: TableFault.repeatedColumn(name))
    }
  }

  /// Goes to the next row, past blank lines; false at the end.
  ///
  /// - Throws: `FileError` if it cannot be read, or has more or fewer cells than the header.
  public mutating func next() throws -> Bool {
    repeat {
      guard try readRow() else { return false }
    } while ends == [0]
    guard ends.count == columns.count else {
      throw error(TableFault.width(found: ends.count, wanted: columns.count))
    }
    return true
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

  /// The index of the column `name`; nil if there is none.
  package func optionalColumn(_ name: String) -> Int? { columns.firstIndex(of: name) }

  /// The text in a cell of the row.
  public func text(_ column: Int) -> String { String(decoding: utf8(column), as: UTF8.self) }

  /// The text in a cell of the row, as UTF-8: for comparing without making a text.
  package func utf8(_ column: Int) -> ArraySlice<UInt8> {
    var cell = content[(column == 0 ? 0 : ends[column - 1])..<ends[column]]
    if hasBlanks {
      let blank = UInt8(ascii: " ")
      cell = cell.drop { $0 == blank }
      while cell.last == blank { cell.removeLast() }
    }
    return CSVQuoting.read(cell)
  }

  /// The number in a cell of the row; nil for an empty one.
  ///
  /// - Throws: `FileError` for what is no finite number.
  public func number(_ column: Int) throws -> Double? {
    let text = text(column)
    if text.isEmpty { return nil }
    guard let value = Double(text), value.isFinite else {
      throw error(TableFault.notANumber(text, column: columns[column]))
    }
    return value
  }

  /// `fault`, in the row.
  package func error(_ fault: any FileFault) -> FileError {
    FileError(path: path, place: "line \(line)", fault: fault)
  }

  private mutating func readRow() throws -> Bool {
    content.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    line = nextLine
    // Spreadsheets write a byte order mark.
    if line == 1, try bytes.peek() == 0xEF { try skipMark() }
    guard try !content.isEmpty || bytes.peek() != nil else { return false }
    repeat { try readCell() } while try isFollowed()
    return true
  }

  private mutating func skipMark() throws {
    for byte in [0xEF, 0xBB, 0xBF] as [UInt8] {
      guard try bytes.peek() == byte else { return }
      content.append(byte)
      _ = try bytes.next()
    }
    content = []
  }

  /// Passes over what ends a cell; whether it was a comma.
  private mutating func isFollowed() throws -> Bool {
    guard let byte = try bytes.next() else { return false }
    if byte == UInt8(ascii: ",") { return true }
    nextLine += 1
    return false
  }

  /// Reads a cell up to the comma, line feed or end behind it.
  private mutating func readCell() throws {
    let (start, startLine) = (ends.last ?? 0, nextLine)
    let isQuoted = try content.count == start && bytes.peek() == UInt8(ascii: "\"")
    if isQuoted { try readQuoted() }
    let end = content.count
    while let byte = try bytes.peek(), byte != UInt8(ascii: ","), byte != UInt8(ascii: "\n") {
      content.append(byte)
      _ = try bytes.next()
    }
    // A return is a part of the line's end, if the line ends there.
    if try content.count > end && content.last == UInt8(ascii: "\r") && bytes.peek() == UInt8(ascii: "\n") {
      content.removeLast()
    }
    guard !isQuoted || content.count == end else {
      throw FileError(path: path, place: "line \(startLine)", fault: TableFault.afterQuote)
    }
    let cell = content[start...]
    guard cell.allSatisfy({ $0 < 0x80 }) || String(validating: cell, as: UTF8.self) != nil else {
      throw FileError(path: path, place: "line \(nextLine)", fault: TableFault.notText)
    }
    ends.append(content.count)
  }

  /// Reads what stands between quotes, and passes over them.
  private mutating func readQuoted() throws {
    let start = nextLine
    let quote = try bytes.next()
    while true {
      guard let byte = try bytes.next() else {
        throw FileError(path: path, place: "line \(start)", fault: TableFault.openQuote)
      }
      if byte == quote {
        guard try bytes.peek() == quote else { return }
        _ = try bytes.next()
      }
      if byte == UInt8(ascii: "\n") { nextLine += 1 }
      content.append(byte)
    }
  }
}
