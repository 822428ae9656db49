internal import Foundation

/// A CSV file whose cells hold no commas or quotes, read without the package's own reader.
public struct PlainTable {
  /// The header.
  public let columns: [String]
  /// The rows, by column name.
  public let rows: [[String: String]]

  /// Reads the table at `path`.
  public init(_ path: String) throws {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    columns = lines[0]
    rows = lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  /// The rows whose cells are as `wanted`.
  public func rows(where wanted: [String: String]) -> [[String: String]] {
    rows.filter { row in wanted.allSatisfy { row[$0] == $1 } }
  }
}

extension [String: String] {
  /// The number in the cell `column`; NaN if there is none.
  public func number(_ column: String) -> Double { self[column].flatMap(Double.init) ?? .nan }
}
