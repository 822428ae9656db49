internal import Files

/// The rows of a table, as `CSVReader` reads them, and faster where no cell is quoted: tables of turns have hundreds of thousands of
/// rows.
struct ReportRows {
  /// A table that is read whole, cell by cell where the commas are.
  fileprivate struct Plain {
    let bytes: [UInt8]
    var next = 0
    var line = 0
    /// Where the cells of the row begin, and behind them where one more would.
    var starts: [Int] = []
  }

  private var reader: CSVReader
  private var plain: Plain?

  /// Opens the table at `path` and reads its header.
  ///
  /// - Throws: `FileError` if it cannot be read or has no header.
  init(path: String) throws {
    reader = try CSVReader(path: path)
    let bytes = try readFile(path)
    guard Self.isPlain(bytes), !reader.columns.contains(where: { $0.first == " " || $0.last == " " }) else { return }
    plain = Plain(bytes: bytes)
    _ = plain?.readRow()
  }

  /// Whether cells end at every comma and rows at every line feed, and stand there as they are.
  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    var isASCII = true
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "'"): return false
      case 0x80...: isASCII = false
      default: break
      }
    }
    return isASCII || (bytes.first != 0xEF && String(validating: bytes, as: UTF8.self) != nil)
  }

  /// Goes to the next row, past blank lines; false at the end.
  ///
  /// - Throws: `FileError` if it has more or fewer cells than the header.
  mutating func next() throws -> Bool {
    guard plain != nil else { return try reader.next() }
    while plain?.readRow() ?? false {
      let cells = (plain?.starts.count ?? 1) - 1
      if cells == reader.columns.count, cells > 1 || !isBlank { return true }
      if !isBlank { throw error(TableFault.width(found: cells, wanted: reader.columns.count)) }
    }
    return false
  }

  private var isBlank: Bool { (plain?.starts.count ?? 0) == 2 && utf8(0).isEmpty }

  /// The names of the columns.
  var columns: [String] { reader.columns }

  /// The index of the column `name`; nil if there is none.
  func optionalColumn(_ name: String) -> Int? { reader.optionalColumn(name) }

  /// The index of the column `name`.
  ///
  /// - Throws: `FileError` naming the columns that are there.
  func column(_ name: String) throws -> Int { try reader.column(name) }

  /// The text in a cell of the row, as UTF-8.
  func utf8(_ column: Int) -> ArraySlice<UInt8> {
    guard let plain else { return reader.utf8(column) }
    return plain.bytes[plain.starts[column]..<plain.starts[column + 1] - 1]
  }

  /// The text in a cell of the row.
  func text(_ column: Int) -> String { String(decoding: utf8(column), as: UTF8.self) }

  /// The number in a cell of the row, to a unit in its last place, which no figure shows; nil for an empty one.
  ///
  /// - Throws: `FileError` for what is no finite number.
  func number(_ column: Int) throws -> Double? {
    guard plain != nil else { return try reader.number(column) }
    let cell = utf8(column)
    if cell.isEmpty { return nil }
    if let value = Self.decimal(cell) { return value }
    let text = text(column)
    guard let value = Double(text), value.isFinite else {
      throw error(TableFault.notANumber(text, column: reader.columns[column]))
    }
    return value
  }

  private func error(_ fault: TableFault) -> FileError {
    guard let plain else { return reader.error(fault) }
    return FileError(path: reader.path, place: "line \(plain.line)", fault: fault)
  }

  /// The number that digits with a point among them stand for; nil for anything else, and for more digits than a word holds.
  private static func decimal(_ cell: ArraySlice<UInt8>) -> Double? {
    var (mantissa, decimals, digits, hasPoint) = (0, 0, 0, false)
    let isNegative = cell.first == UInt8(ascii: "-")
    for byte in isNegative ? cell.dropFirst() : cell {
      if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
        continue
      }
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), digits < 18 else { return nil }
      mantissa = mantissa * 10 + Int(byte - UInt8(ascii: "0"))
      digits += 1
      if hasPoint { decimals += 1 }
    }
    guard digits > 0 else { return nil }
    let value = Double(mantissa) / powers[decimals]
    return isNegative ? -value : value
  }

  /// 1, 10, … 10^18.
  private static let powers: [Double] = (0...18).reduce(into: []) { list, _ in list.append((list.last ?? 0.1) * 10) }
}

extension ReportRows.Plain {
  /// Finds the cells of the next line; false at the end.
  fileprivate mutating func readRow() -> Bool {
    guard next < bytes.count else { return false }
    line += 1
    starts.removeAll(keepingCapacity: true)
    starts.append(next)
    while next < bytes.count {
      let byte = bytes[next]
      next += 1
      if byte == UInt8(ascii: ",") { starts.append(next) }
      if byte == UInt8(ascii: "\n") {
        starts.append(next)
        return true
      }
    }
    // The last line may have no end.
    starts.append(next + 1)
    return true
  }
}
