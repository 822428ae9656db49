internal import Files

/// A table of an analysis, column by column; of those that are asked for.
struct ReportTable {
  /// The number of rows.
  let count: Int
  private let numbers: [String: [Double]]
  private let texts: [String: [String]]

  /// The columns `numbers` and `texts` of the table at `path`, as far as it has them.
  ///
  /// - Throws: `FileError` if it cannot be read, or a cell of `numbers` is no number.
  init(_ path: String, numbers: [String], texts: [String]) throws {
    var reader = try CSVReader(path: path)
    let numeric = numbers.compactMap { name in reader.optionalColumn(name).map { (name: name, column: $0) } }
    let textual = texts.compactMap { name in reader.optionalColumn(name).map { (name: name, column: $0) } }
    var values = [[Double]](repeating: [], count: numeric.count)
    var words = [[String]](repeating: [], count: textual.count)
    var count = 0
    while try reader.next() {
      for (index, column) in numeric.enumerated() { values[index].append(try reader.number(column.column) ?? .nan) }
      for (index, column) in textual.enumerated() { words[index].append(reader.text(column.column)) }
      count += 1
    }
    self.count = count
    self.numbers = Dictionary(uniqueKeysWithValues: zip(numeric.map(\.name), values))
    self.texts = Dictionary(uniqueKeysWithValues: zip(textual.map(\.name), words))
  }

  /// The number in a cell; NaN if it is empty or there is no such column.
  func number(_ name: String, _ row: Int) -> Double { numbers[name]?[row] ?? .nan }

  /// The same; nil for NaN.
  func known(_ name: String, _ row: Int) -> Double? {
    let value = number(name, row)
    return value.isNaN ? nil : value
  }

  /// The whole number in a cell; nil if there is none.
  func integer(_ name: String, _ row: Int) -> Int? { Int(exactly: number(name, row)) }

  /// The text in a cell; empty if there is no such column.
  func text(_ name: String, _ row: Int) -> String { texts[name]?[row] ?? "" }

  /// Whether there is a column of texts, or of numbers, of this name.
  func has(_ name: String) -> Bool { numbers[name] != nil || texts[name] != nil }

  /// The rows of each layer, by its number.
  func rowsByLayer() -> [Int: [Int]] {
    var rows: [Int: [Int]] = [:]
    for row in 0..<count {
      if let layer = integer("layer", row) { rows[layer, default: []].append(row) }
    }
    return rows
  }
}

/// The columns of `name` and of the ends of its interval.
func withEnds(_ names: String...) -> [String] { names.flatMap { [$0, $0 + "_low", $0 + "_high"] } }
