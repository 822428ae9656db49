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

  /// A row's product with a line and with itself: bfloat16 sixteen columns at a time, those in even places before those in odd ones, the
  /// others in two turns of eight.
  private func products(_ row: Row, _ line: Row, _ encoding: ElementEncoding) -> (along: Double, square: Double) {
    let zeros = Row(repeating: 0, count: (16 - row.count % 16) % 16)
    let (row, line, isPaired) = (row + zeros, line + zeros, encoding == .bfloat16)
    var (along, own) = (Row(repeating: 0, count: 16), Row(repeating: 0, count: 16))
    for start in stride(from: 0, to: row.count, by: 8) {
      for lane in 0..<8 {
        let place = isPaired ? start / 16 * 16 + 2 * lane + start / 8 % 2 : start + lane
        let sum = isPaired ? lane : start % 16 + lane
        along[sum] += row[place] * line[place]
        own[sum] += row[place] * row[place]
      }
    }
    func total(_ lanes: Row) -> Double { tree((0..<8).map { lanes[$0] + lanes[$0 + 8] }) }
    return (total(along), total(own))
  }

  /// Sums and products in one pass have the bits of each apart, and of plain loops, however many rows come at once.
  @Test(arguments: [ElementEncoding.bfloat16, .float16, .float32, .float64], [1, 7, 8, 9, 16, 23, 61])
  func sumsWithProductsHaveTheBitsOfPlainLoops(encoding: ElementEncoding, count: Int) {
    for (parts, width) in [(1, 1), (3, 7), (2, 8), (4, 17), (2, 256), (1, 600)] {
      let rows = EncodedRows(count, parts * width, encoding)
      let lines = (0..<parts).map { part in (0..<width).map { Double(($0 + part) % 11 - 5) / 3 } }
      // What is nil is summed alone.
      let multiplied = lines.indices.map { $0 == 2 ? nil : RowProducts(with: lines[$0], encoding: encoding) }
      let wanted = lines.indices.map { part in
        multiplied[part] == nil
          ? []
          : rows.values.map { products(Array($0[part * width..<(part + 1) * width]), lines[part], encoding) }
      }
      for (step, areSquared) in [(8, true), (16, false), (64, true)] {
        var sums = ColumnSums(columns: parts * width, encoding: encoding)
        var along = [Row](repeating: [], count: parts)
        var squared = along
        for start in stride(from: 0, to: count, by: step) {
          let range = start..<min(start + step, count)
          var products = Row(repeating: .nan, count: parts * range.count)
          var squares = areSquared ? products : []
          sums.add(rows.bytes(range), rows: range.count, with: multiplied[...], products: &products, squares: &squares)
          for part in 0..<parts where multiplied[part] != nil {
            let own = part * range.count..<(part + 1) * range.count
            along[part] += products[own]
            if areSquared { squared[part] += squares[own] }
          }
        }
        #expect(along == wanted.map { $0.map(\.along) }, "\(parts) × \(width)")
        #expect(!areSquared || squared == wanted.map { $0.map(\.square) }, "\(parts) × \(width)")
        var found = Row(repeating: 0, count: parts * width)
        sums.means(of: 0..<parts * width, into: &found)
        #expect(found.map(\.bitPattern) == means(rows.values).map(\.bitPattern), "\(parts) × \(width)")
      }
    }
  }
}
