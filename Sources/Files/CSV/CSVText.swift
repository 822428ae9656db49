/// The text of a CSV table under construction: RFC 4180, `.` decimals, shortest round-trip numbers, `\n`.
public struct CSVText: Sendable {
  /// One cell.
  public enum Cell: Sendable {
    case text(String)
    case integer(Int)
    case number(Double)
    /// Nothing is known, or the number is undefined.
    case empty
  }

  /// The table so far.
  public private(set) var text: String
  private let width: Int

  /// A table with the given header row and no other.
  public init(columns: [String]) {
    width = columns.count
    text = columns.map(Self.quoted).joined(separator: ",") + "\n"
  }

  /// Adds a row. A number that is not finite becomes an empty cell.
  public mutating func append(_ cells: [Cell]) {
    precondition(cells.count == width, "\(cells.count) cells in a table of \(width) columns")
    for (i, cell) in cells.enumerated() {
      if i > 0 { text += "," }
      switch cell {
      case .text(let value): text += Self.quoted(value)
      case .integer(let value): text += value.description
      case .number(let value): if value.isFinite { text += value.description }
      case .empty: break
      }
    }
    text += "\n"
  }

  /// `value` as a cell. A leading `=`, `+`, `-`, `@`, tab or return, by which a spreadsheet would take the text for a
  /// formula, gets an apostrophe before it (OWASP, CSV Injection).
  private static func quoted(_ value: String) -> String {
    var value = value
    if let first = value.utf8.first, "=+-@\t\r".utf8.contains(first) { value = "'" + value }
    guard value.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return value }
    return "\"" + value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

extension CSVText.Cell {
  /// The number, or an empty cell for nil.
  package static func number(_ value: Double?) -> Self { value.map { .number($0) } ?? .empty }

  /// The integer, or an empty cell for nil.
  package static func integer(_ value: Int?) -> Self { value.map { .integer($0) } ?? .empty }
}
