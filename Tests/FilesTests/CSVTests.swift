import Files
import TestSupport
import Testing

@Suite struct CSVTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A table of a name and a value.
  private static let schema = CSVSchema<(name: String, value: CSVCell)> {
    CSVColumn("name", "What it is called.") { .text($0.name) }
    CSVColumn("x", "Its value.", .number) { $0.value }
  }

  private func written(_ rows: [(name: String, value: CSVCell)]) throws -> String {
    let path = folder.path + "/written.csv"
    let file = try OutputFile(path: path)
    try file.write(Self.schema.table { take in for row in rows { try take(row) } })
    try file.commit()
    return String(decoding: try readFile(path), as: UTF8.self)
  }

  private func read(_ text: String) throws -> (columns: [String], rows: [[String]], lines: [Int]) {
    var reader = try CSVReader(path: try folder.write(text, to: "x.csv"))
    var (rows, lines) = ([[String]](), [Int]())
    while try reader.next() {
      rows.append(reader.columns.indices.map { reader.text($0) })
      lines.append(reader.line)
    }
    return (reader.columns, rows, lines)
  }

  @Test func writesWhatReadsBack() throws {
    let text = try written([
      ("a,\"b\"\nc", .number(0.1)), ("", .number(.nan)), ("plain", .integer(-3)), ("none", .empty),
    ])
    #expect(text == "name,x\n\"a,\"\"b\"\"\nc\",0.1\n,\nplain,-3\nnone,\n")
    let table = try read(text)
    #expect(table.rows == [["a,\"b\"\nc", "0.1"], ["", ""], ["plain", "-3"], ["none", ""]])
    #expect(table.lines == [2, 4, 5, 6])
  }

  @Test func columnsAreListedFromTheirDeclaration() {
    #expect(Self.schema.columns.map(\.name) == ["name", "x"])
    #expect(Self.schema.columns.map(\.meaning) == ["What it is called.", "Its value."])
  }

  @Test(arguments: ["=1+1", "+x", "-Kx0", "@x", "\tx", "'=x", "''-x"]) func noNameStartsAFormula(name: String) throws {
    #expect(try written([(name, .empty)]) == "name,x\n'\(name),\n")
  }

  /// Any number of steps, each of which writes what the one before has read.
  @Test(arguments: ["-Kx0", "=x", "'=x", "''=x", "'", "''", "'x", "-1", "\r", "'\t\"", "''@,", "x'=y", "=\n"])
  func namesSurviveSteps(name: String) throws {
    var current = name
    for _ in 0..<4 { current = try read(written([(current, .integer(1))])).rows[0][0] }
    #expect(current == name)
  }

  @Test func aLevelIsANumberAsANumberAndAsAText() throws {
    let text = try written([("-1", .integer(-1))])
    #expect(text == "name,x\n'-1,-1\n")
    var reader = try CSVReader(path: try folder.write(text, to: "level.csv"))
    #expect(try reader.next())
    #expect(try [0, 1].map { try reader.number($0) } == [-1, -1])
    #expect([0, 1].map { reader.text($0) } == ["-1", "-1"])
  }

  @Test func readsCarriageReturnsByteOrderMarksAndAMissingLastNewline() throws {
    let table = try read("\u{FEFF}a,b\r\n1,\"x\r\ny\"\r\n\n2,")
    #expect(table.columns == ["a", "b"])
    #expect(table.rows == [["1", "x\r\ny"], ["2", ""]])
    #expect(table.lines == [2, 5])
    #expect(try read("\u{FEFF}\"a\",b\n").columns == ["a", "b"])
    #expect(try read("a\r,b\r").columns == ["a\r", "b\r"])
  }

  @Test(arguments: [
    ("", "header"), ("a,b\n1\n", "line 2: 1 cells, the header has 2"), ("a\n\"x\n", "line 2: a quote"),
    ("a,b\n1,\"a\"b\n", "line 2: text follows a closing quote"), ("\"a\" ,b\n", "line 1: text follows"),
    ("a\n\"x\ny\"z", "line 2: text follows"), ("a,b\n1,2\n1,2,3\n", "line 3: 3 cells"),
  ])
  func refuses(text: String, words: String) throws {
    let error = #expect(throws: FileError.self) { try read(text) }
    let found = try #require(error)
    #expect("\(found)".contains(words))
    #expect(found.fault.category == .data)
  }

  @Test func refusesWhatIsNotUTF8() throws {
    let path = try folder.write([0x61, 0x0A, 0x62, 0x0A, 0xFF, 0x0A], to: "x.csv")
    var reader = try CSVReader(path: path)
    #expect(try reader.next())
    let error = #expect(throws: FileError.self) { try reader.next() }
    #expect("\(try #require(error))".contains("line 3: the text is not UTF-8"))
  }

  @Test(arguments: ["x", "nan", "inf", "1 "]) func refusesWhatIsNoFiniteNumber(text: String) throws {
    var reader = try CSVReader(path: try folder.write("a\n\n\(text)\n", to: "x.csv"))
    #expect(try reader.next())
    let error = #expect(throws: FileError.self) { try reader.number(0) }
    #expect("\(try #require(error))".contains("line 3: '\(text)' in column 'a' is no finite number"))
  }

  /// Over several pieces of the file, cells across their borders among them.
  @Test func readsALongTable() throws {
    let rows = (0..<40_000).map { (name: "name, \($0)", value: CSVCell.integer($0)) }
    var reader = try CSVReader(path: try folder.write(try written(rows), to: "long.csv"))
    var count = 0
    while try reader.next() {
      guard reader.text(0) == "name, \(count)", try reader.number(1) == Double(count) else { break }
      count += 1
    }
    #expect(count == rows.count)
  }
}
