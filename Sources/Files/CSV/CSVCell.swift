/// One cell of a table.
public enum CSVCell: Sendable, Equatable {
  case text(String)
  case integer(Int)
  case number(Double)
  /// Nothing is known, or the number is undefined.
  case empty
}

extension CSVCell {
  /// The text, or an empty cell for nil.
  package static func text(_ value: String?) -> Self { value.map { .text($0) } ?? .empty }

  /// The number, or an empty cell for nil.
  package static func number(_ value: Double?) -> Self { value.map { .number($0) } ?? .empty }

  /// The integer, or an empty cell for nil.
  package static func integer(_ value: Int?) -> Self { value.map { .integer($0) } ?? .empty }

  /// The cell as it stands in a file. A number that is not finite is an empty cell.
  package var written: String {
    switch self {
    case .text(let value): CSVQuoting.written(value)
    case .integer(let value): value.description
    case .number(let value): value.isFinite ? value.description : ""
    case .empty: ""
    }
  }

  /// Appends the cell to `line` as it stands in a file.
  func append(to line: inout [UInt8]) { line += written.utf8 }
}
