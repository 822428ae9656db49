import Files
import Foundation
import Testing

@Suite struct JSONGrammarTests {
  private func problem(_ json: String) -> JSONGrammar.Problem? { JSONGrammar.problem(in: Array(json.utf8)) }

  /// What it takes is what the system's reader takes, an implementation of its own.
  @Test(arguments: [
    "{}", "[]", "[[],{}]", #"{"a":1,"b":[1,2,{"c":null}]}"#, "\"\\\"\"", "-1.5e+3", "true", " [1 , 2] ", "\u{FEFF}[1]",
    "", "{", "[,1]", "{\"a\"}", "{\"a\":}", "{1:2}", "[1 2]", "[1]]", "[1}", "tru", "\"a", "{\"a\":1]",
    "<html></html>", "[1][2]", "{\"a\" 1}", "[NaN]", "[\"a\\\"]",
  ])
  func takesWhatOtherReadersTake(json: String) {
    let isTaken = (try? JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)) != nil
    #expect((problem(json) == nil) == isTaken)
  }

  /// The system's reader takes these; RFC 8259, section 4 and 5, does not.
  @Test(arguments: ["[1,]", "{\"a\":1,}"]) func nothingFollowsTheLastComma(json: String) {
    #expect(problem(json) != nil)
  }

  @Test(arguments: [
    ("{\"a\": 3,\n \"b\": 1, \"a\": 0}", "a", 2, 10), (#"{"x":{"a":1},"y":[{"k":1,"k":2}]}"#, "k", 1, 26),
    (#"{"a":1,"\u0061":2}"#, #"\u0061"#, 1, 8),
  ])
  func namesThatComeTwiceAreFound(json: String, name: String, line: Int, column: Int) {
    #expect(problem(json) == .init(fault: .duplicateKey(name), line: line, column: column))
  }

  /// One name in two objects, and texts that look alike and are none the same.
  @Test(arguments: [#"[{"a":1},{"a":2}]"#, #"{"a":"a","b":"a"}"#, "{\"\u{E9}\":1,\"e\u{301}\":2}"])
  func otherNamesAreNot(json: String) { #expect(problem(json) == nil) }

  @Test func theFirstFaultHasItsPlace() {
    #expect(
      problem("{\"a\": 1,\n  \"b\" 2}")
        == .init(fault: .misplaced("2", wanted: "a colon"), line: 2, column: 7))
    #expect(problem("{\"a\": 1,\n") == .init(fault: .ends, line: 2, column: 1))
    #expect(problem("[nul]") == .init(fault: .misplaced("nul", wanted: "a value or ]"), line: 1, column: 2))
  }

  @Test func noNestingExhaustsTheStack() {
    #expect(problem(String(repeating: "[", count: 1_000_000)) == .init(fault: .ends, line: 1, column: 1_000_001))
  }
}
