import LinearAlgebra
import TestSupport
import Testing

@Suite struct ColumnMomentsTests {
  /// Seeded numbers of unit spread about the column's own middle, which is 1000 in one column of seven.
  private func rows(_ count: Int, _ columns: Int, seed: UInt64) -> [[Double]] {
    var state = seed
    return (0..<count).map { _ in
      (0..<columns).map { column in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (column % 7 == 3 ? 1000 : 0.25 * Double(column % 5)) + Double(Int64(bitPattern: state) >> 32) / 0x1p31
      }
    }
  }

  private func moments(_ rows: [[Double]], parts: Int, _ encoding: ElementEncoding) -> ColumnMoments {
    var moments = ColumnMoments(parts: parts, width: (rows.first?.count ?? 0) / parts, encoding: encoding)
    for start in stride(from: 0, to: rows.count, by: ColumnMoments.group) {
      let group = rows[start..<min(start + ColumnMoments.group, rows.count)]
      moments.add(group.flatMap { $0.flatMap { encoded($0, encoding).bytes } }, rows: group.count)
    }
    return moments
  }

  @Test(arguments: [ElementEncoding.bfloat16, .float16, .float32, .float64], [1, 2, 8, 9, 31, 240])
  func agreesWithTwoPasses(encoding: ElementEncoding, count: Int) {
    for (parts, width) in [(1, 1), (1, 8), (3, 7), (2, 64), (4, 33)] {
      let rows = rows(count, parts * width, seed: UInt64(count + width))
      let found = moments(rows, parts: parts, encoding)
      let exact = rows.map { $0.map { encoded($0, encoding).value } }
      let means = (0..<parts * width).map { column in exact.reduce(0) { $0 + $1[column] } / Double(count) }
      #expect(found.count == count)
      for (mean, wanted) in zip(found.means, means) { #expect(abs(mean - wanted) <= 1e-13 * max(1, abs(wanted))) }
      for part in 0..<parts {
        let wanted = (part * width..<(part + 1) * width).reduce(0) { total, column in
          exact.reduce(total) { $0 + ($1[column] - means[column]) * ($1[column] - means[column]) }
        }
        #expect(abs(found.sumsOfSquares[part] - wanted) <= 1e-11 * wanted + 1e-20)
      }
    }
  }

  /// How layers are divided among tasks, each of which has some parts, must change nothing.
  @Test func partsByThemselvesHaveTheSameBits() {
    let (parts, width) = (6, 24)
    let rows = rows(50, parts * width, seed: 9)
    let whole = moments(rows, parts: parts, .bfloat16)
    for part in 0..<parts {
      let alone = moments(rows.map { Array($0[part * width..<(part + 1) * width]) }, parts: 1, .bfloat16)
      #expect(alone.means.map(\.bitPattern) == whole.means[part * width..<(part + 1) * width].map(\.bitPattern))
      #expect(alone.sumsOfSquares[0].bitPattern == whole.sumsOfSquares[part].bitPattern)
    }
  }

  /// A first row far from the others costs what the bound says, and no more.
  @Test func aShiftAThousandSpreadsAwayCostsNoDigitsThatMatter() {
    let rows = [[1000.0]] + (0..<1199).map { [Double($0 % 3)] }
    let found = moments(rows, parts: 1, .float64)
    let mean = (1000 + (0..<1199).reduce(0.0) { $0 + Double($1 % 3) }) / 1200
    #expect(abs(found.means[0] - mean) < 2e-14 * 1000)
    let squares = rows.reduce(0.0) { $0 + ($1[0] - mean) * ($1[0] - mean) }
    #expect(abs(found.sumsOfSquares[0] - squares) < 1e-11 * squares)
  }

  @Test func whatAllRowsShareCancelsBeforeItIsSummed() {
    let rows = (0..<1200).map { [1e6 + Double($0 % 3)] }
    let found = moments(rows, parts: 1, .float64)
    #expect(abs(found.means[0] - 1_000_001) < 1e-9)
    #expect(abs(found.sumsOfSquares[0] - 800) < 1e-9)
  }

  @Test func everyHalfIsDecodedExactly() {
    for bits in UInt16.min...UInt16.max {
      let value = Double(Float16(bitPattern: bits))
      guard value.isFinite, bits % 37 == 0 || abs(value) < 1e-4 else { continue }
      var moments = ColumnMoments(parts: 1, width: 1, encoding: .float16)
      moments.add(littleEndian(bits, bytes: 2), rows: 1)
      #expect(moments.means[0] == value)
    }
  }

  @Test(arguments: [ElementEncoding.bfloat16, .float16, .float32, .float64])
  func valuesThatAreNotFiniteShow(encoding: ElementEncoding) {
    for bad in [Double.nan, .infinity, -.infinity] {
      for place in [0, 3, 11] {
        var rows = rows(12, 10, seed: 4)
        rows[place][7] = bad
        let found = moments(rows, parts: 2, encoding)
        #expect(found.sumsOfSquares[0].isFinite && !found.sumsOfSquares[1].isFinite)
      }
    }
  }
}
