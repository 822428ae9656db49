/// Why a CSV file is not the table that is wanted.
public enum TableFault: FileFault, Equatable {
  /// There is no header.
  case empty
  /// A row has another number of cells than the header.
  case width(found: Int, wanted: Int)
  /// A column is missing.
  case noColumn(String, present: [String])
  /// Two columns have one name.
  case repeatedColumn(String)
  /// A cell should hold a number.
  case notANumber(String, column: String)
  /// A quote is not closed.
  case openQuote
  /// Something stands between a closing quote and the end of the cell.
  case afterQuote
  /// The text is not UTF-8.
  case notText
  /// No row is of an assistant turn with a position.
  case noTurns

  /// What to say of a header whose one cell holds all names, with something else than commas between them.
  private static func separator(_ present: [String]) -> String {
    guard present.count == 1, let mark = [";", "\t"].first(where: { present[0].contains($0) }) else { return "" }
    return "; its cells are separated by \(mark == ";" ? "semicolons" : "tabs"), and commas are wanted"
  }

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .empty: "the table is empty; a header row is wanted"
    case .width(let found, let wanted): "\(found) cells, the header has \(wanted)"
    case .repeatedColumn(let name): "the column '\(name)' is there twice; rename or remove one of the two"
    case .noColumn(let name, let present):
      "no column '\(name)'; there is \(listed(present, most: 20))\(Self.separator(present))"
    case .notANumber(let text, let column): "'\(text)' in column '\(column)' is no finite number"
    case .openQuote: "a quote is not closed"
    case .afterQuote: "text follows a closing quote; a quote within quotes is written twice"
    case .notText: "the text is not UTF-8"
    case .noTurns: "no row of an assistant turn with an axis_position; make the table with `persona project`"
    }
  }
}
