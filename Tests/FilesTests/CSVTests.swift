import Files
import Testing
import TestSupport

@Suite struct CSVTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func writesWhatReadsBack() throws {
    var text = CSVText(columns: ["name", "x"])
    text.append([.text("a,\"b\"\nc"), .number(0.1)])
    text.append([.text(""), .number(.nan)])
    text.append([.text("plain"), .integer(-3)])
    #expect(text.text == "name,x\n\"a,\"\"b\"\"\nc\",0.1\n,\nplain,-3\n")
    let table = try CSVTable(readingFrom: try folder.write(text.text, to: "x.csv"))
    #expect(table.rows == [["a,\"b\"\nc", "0.1"], ["", ""], ["plain", "-3"]])
  }

  @Test(arguments: ["=1+1", "+x", "-x", "@x", "\tx"]) func noNameStartsAFormula(name: String) {
    var text = CSVText(columns: ["name"])
    text.append([.text(name)])
    #expect(text.text == "name\n'\(name)\n")
  }

  @Test func readsCarriageReturnsByteOrderMarksAndAMissingLastNewline() throws {
    let table = try CSVTable(readingFrom: try folder.write("\u{FEFF}a,b\r\n1,\"x\r\ny\"\r\n\n2,", to: "x.csv"))
    #expect(table.columns == ["a", "b"])
    #expect(table.rows == [["1", "x\r\ny"], ["2", ""]])
  }

  @Test(arguments: [
    ("", "header"), ("a,b\n1\n", "line 2: 1 cells, the header has 2"), ("a\n\"x\n", "line 2: a quote"),
  ])
  func refuses(text: String, words: String) throws {
    let path = try folder.write(text, to: "x.csv")
    let error = #expect(throws: FileError.self) { try CSVTable(readingFrom: path) }
    #expect("\(try #require(error))".contains(words))
  }
}
