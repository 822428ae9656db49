import Testing

@testable import Reports

struct MarkupTests {
  private static let hostile = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "a & b", "]]>", "<!--", "'; drop", "</script>",
    "\u{202E}evil", "line\nbreak\u{0}\u{7}",
  ]

  @Test(arguments: hostile)
  func textIsNeverMarkup(name: String) {
    let markup = Markup.element("p", ["title": name], text: name).written
    #expect(!markup.dropFirst(2).dropLast(4).contains("<"))
    #expect(markup.filter { $0 == "<" }.count == 2)
    #expect(markup.filter { $0 == ">" }.count == 2)
    #expect(markup.filter { $0 == "\"" }.count == 2)
  }

  @Test func charactersThatXMLForbidsAreReplaced() {
    #expect(Markup.escaped("a\u{0}b\u{1B}c\u{FFFE}") == "a\u{FFFD}b\u{FFFD}c\u{FFFD}")
    #expect(Markup.escaped("Ünïcode 日本") == "Ünïcode 日本")
  }

  @Test(arguments: hostile)
  func aStringInAScriptEndsNoScript(name: String) {
    let text = scriptString(name)
    #expect(!text.contains("<") && !text.contains(">") && !text.contains("&"))
    #expect(text.utf8.allSatisfy { $0 >= 0x20 })
    #expect(text.first == "\"" && text.last == "\"")
  }

  @Test func stringsInScriptsAreJSON() {
    #expect(scriptString("a\"b\\c\nd<e\u{2028}") == "\"a\\\"b\\\\c\\nd\\u003ce\\u2028\"")
  }

  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (-1.005, 1, "−1.0"), (12.345, 0, "12"), (Double.nan, 2, "–"),
    (1e300, 2, "1e+300"),
  ])
  func numbersHaveTheirDecimals(value: Double, decimals: Int, text: String) {
    #expect(decimal(value, decimals) == text)
  }

  @Test(arguments: [
    (0.123456, "0.1235"), (1234.56, "1235"), (-0.5, "-0.5"), (0.0, "0"), (Double.nan, "null"),
    (0.00012344, "0.0001234"),
    (99.996, "100"),
  ])
  func numbersOfTheScriptHaveFourDigits(value: Double, text: String) {
    #expect(significant(value) == text)
  }

  @Test func anIntervalSaysWhetherItIsClearOfZero() {
    #expect(Estimated(0.3, 0.1, 0.5).isPositive == true)
    #expect(Estimated(-0.3, -0.5, 0.1).isNegative == false)
    #expect(Estimated(0.3).isPositive == nil)
    #expect(Estimated(0.31, 0.2, 0.42).words(2) == "0.31 (0.20 to 0.42)")
    #expect(Estimated(0.31).words(2) == "0.31 (no interval)")
  }
}
