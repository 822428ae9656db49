import Files
import Testing

@Suite struct JSONCursorTests {
  private func text(_ json: String) throws -> String {
    var cursor = JSONCursor(Array(json.utf8))
    return try cursor.string()
  }

  @Test func readsEscapes() throws {
    #expect(try text(#""A\u00e9\uD83D\ude00\n\/""#) == "Aé😀\n/")
  }

  /// `Int("+041")` is a number; `\u+041` is no character.
  @Test(arguments: [
    (#""\u+041""#, 3), (#""\u-041""#, 3), (#""ab\u00 1""#, 5), (#""\uD83D\u+e00""#, 9), (#""\u00g1""#, 3),
  ])
  func refusesWhatIsNotFourDigits(json: String, offset: Int) {
    #expect(throws: JSONFault.text(offset: offset)) { try text(json) }
  }

  @Test(arguments: ["[+1]", "[-1]", "[01]", "[1.0]", "[1e3]", "[]]", "[9223372036854775808]"])
  func refusesWhatIsNoWholeNumber(json: String) {
    #expect(throws: JSONFault.self) {
      var cursor = JSONCursor(Array(json.utf8))
      _ = try cursor.integers()
      try cursor.end()
    }
  }
}
