internal import Foundation

/// A CSV file of any content, read by the grammar of RFC 4180, section 2, without the package's own reader.
public struct QuotedTable {
  /// The rows, the header first.
  public let rows: [[String]]

  /// Reads the table at `path`.
  public init(_ path: String) throws {
    var (rows, row, cell, isQuoted) = ([[String]](), [String](), "", false)
    var scalars = try String(contentsOfFile: path, encoding: .utf8).unicodeScalars.makeIterator()
    var next = scalars.next()
    while let scalar = next {
      next = scalars.next()
      switch scalar {
      case "\"" where isQuoted && next == "\"":
        cell.unicodeScalars.append(scalar)
        next = scalars.next()
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        row.append(cell)
        cell = ""
      case "\n" where !isQuoted:
        rows.append(row + [cell])
        (row, cell) = ([], "")
      default: cell.unicodeScalars.append(scalar)
      }
    }
    self.rows = rows
  }

  /// The cells under `column`.
  public func cells(_ column: String) -> [String] {
    guard let header = rows.first, let index = header.firstIndex(of: column) else { return [] }
    return rows.dropFirst().map { $0[index] }
  }
}
