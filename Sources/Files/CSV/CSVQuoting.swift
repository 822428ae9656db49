/// How a text stands in a cell: quoted where RFC 4180 wants it, and never as what a spreadsheet takes for a formula.
///
/// A text that begins with `=`, `+`, `-`, `@`, a tab or a return gets an apostrophe before it (OWASP, CSV Injection); so does one
/// that begins with apostrophes and then one of these, so that the reader, which takes one apostrophe off such a text, gives back
/// every text as it was: `=x` stands as `'=x`, `'=x` as `''=x`.
enum CSVQuoting {
  private static let apostrophe = UInt8(ascii: "'")

  private static func startsFormula(_ byte: UInt8?) -> Bool { byte.map("=+-@\t\r".utf8.contains) ?? false }

  private static func startsFormula(afterApostrophes text: some Sequence<UInt8>) -> Bool {
    startsFormula(text.first { $0 != apostrophe })
  }

  /// Whether `value` stands in a cell as it is, as nearly all do.
  private static func isPlain(_ value: String) -> Bool {
    guard let first = value.utf8.first else { return true }
    if first == apostrophe || startsFormula(first) { return false }
    for byte in value.utf8 where byte == comma || byte == quote || byte == 0x0D || byte == 0x0A { return false }
    return true
  }

  private static let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))

  /// `value` as a cell.
  static func written(_ value: String) -> String {
    if isPlain(value) { return value }
    let value = startsFormula(afterApostrophes: value.utf8) ? "'" + value : value
    guard value.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return value }
    return "\"" + value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// The text that the content of a cell, taken out of its quotes, stands for.
  static func read(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    content.first == apostrophe && startsFormula(afterApostrophes: content) ? content.dropFirst() : content
  }
}
