import LinearAlgebra
import Testing

/// The documented order of operations, in plain Swift: results must have its bits whatever the loops become.
@Suite struct OrderOfSumsTests {
  typealias Row = [Double]

  private func tree(_ terms: [Double]) -> Double {
    ((terms[0] + terms[1]) + (terms[2] + terms[3])) + ((terms[4] + terms[5]) + (terms[6] + terms[7]))
  }

  /// The differences from the first row, in groups of eight rows, the last of which may be short.
  private func groups(_ rows: [Row]) -> [[Row]] {
    stride(from: 0, to: rows.count, by: 8).map { start in
      rows[start..<min(start + 8, rows.count)].map { row in zip(row, rows[0]).map { $0 - $1 } }
    }
  }

  /// The means where rows that fill no group are added one by one.
  private func means(_ rows: [Row]) -> Row {
    rows[0].indices.map { column in
      let sum = groups(rows).reduce(0.0) { sum, group in
        let terms = group.map { $0[column] }
        return terms.count == 8 ? sum + tree(terms) : terms.reduce(sum, +)
      }
      return rows[0][column] + sum / Double(rows.count)
    }
  }

  /// The means, and the sum of squared deviations, of columns where the last group is filled with the first row.
  private func moments(_ rows: [Row]) -> (means: Row, sumOfSquares: Double) {
    let (columns, count) = (rows[0].count, Double(rows.count))
    var (sums, lanes) = (Row(repeating: 0, count: columns), Row(repeating: 0, count: 32))
    for group in groups(rows) {
      let full = group + Array(repeating: Row(repeating: 0, count: columns), count: 8 - group.count)
      for column in 0..<columns {
        sums[column] += tree(full.map { $0[column] })
        for pair in 0..<4 {
          let (a, b) = (full[2 * pair][column], full[2 * pair + 1][column])
          lanes[pair * 8 + column % 8] += a * a + b * b
        }
      }
    }
    let squares = lanes.reduce(0, +) - sums.reduce(0) { $0 + $1 * $1 } / count
    return (zip(rows[0], sums).map { $0 + $1 / count }, max(squares, 0))
  }

  @Test(arguments: [ElementEncoding.bfloat16, .float16, .float32, .float64], [1, 2, 7, 8, 9, 16, 23, 61])
  func sumsHaveTheBitsOfPlainLoops(encoding: ElementEncoding, count: Int) {
    for columns in [1, 7, 8, 9, 16, 17, 31, 333] {
      let rows = EncodedRows(count, columns, encoding)
      let wanted = means(rows.values)
      for step in [8, 16, 64] {
        var sums = ColumnSums(columns: columns, encoding: encoding)
        for start in stride(from: 0, to: count, by: step) {
          let range = start..<min(start + step, count)
          sums.add(rows.bytes(range), rows: range.count)
        }
        var found = Row(repeating: 0, count: columns)
        sums.means(of: 0..<columns, into: &found)
        #expect(found.map(\.bitPattern) == wanted.map(\.bitPattern), "\(columns) columns, \(step) rows at a time")
      }
    }
  }

  @Test(arguments: [ElementEncoding.bfloat16, .float16, .float32, .float64], [1, 2, 7, 8, 9, 16, 23, 61])
  func momentsHaveTheBitsOfPlainLoops(encoding: ElementEncoding, count: Int) {
    for (parts, width) in [(1, 1), (3, 7), (2, 8), (4, 9), (1, 333)] {
      let rows = EncodedRows(count, parts * width, encoding)
      let wanted = (0..<parts).map { part in moments(rows.values.map { Array($0[part * width..<(part + 1) * width]) }) }
      for step in [8, 16, 64] {
        var found = ColumnMoments(parts: parts, width: width, encoding: encoding)
        for start in stride(from: 0, to: count, by: step) {
          let range = start..<min(start + step, count)
          found.add(rows.bytes(range), rows: range.count)
        }
        #expect(found.means.map(\.bitPattern) == wanted.flatMap(\.means).map(\.bitPattern))
        #expect(
          found.sumsOfSquares.map(\.bitPattern) == wanted.map(\.sumOfSquares.bitPattern),
          "\(parts) parts of \(width) columns, \(step) rows at a time")
      }
    }
  }
}
