import LinearAlgebra
import TestSupport
import Testing

@Suite struct ColumnSumsTests {
  private func means(_ bytes: [UInt8], _ rows: Int, _ columns: Int, _ encoding: ElementEncoding, step: Int) -> [Double]
  {
    var sums = ColumnSums(columns: columns, encoding: encoding)
    // What was summed before must not show.
    sums.add([UInt8](repeating: 0x3F, count: 3 * columns * encoding.byteCount), rows: 3)
    sums.reset()
    let width = columns * encoding.byteCount
    for start in stride(from: 0, to: rows, by: step) {
      let end = min(start + step, rows)
      sums.add(Array(bytes[start * width..<end * width]), rows: end - start)
    }
    var means = [Double](repeating: 0, count: columns)
    sums.means(of: 0..<columns, into: &means)
    return means
  }

  @Test(arguments: [ElementEncoding.bfloat16, .float16, .float32, .float64], [1, 2, 7, 8, 9, 16, 100])
  func agreesWithTwoPasses(encoding: ElementEncoding, count: Int) {
    for columns in [1, 5, 8, 15, 16, 17, 64, 333] {
      let rows = EncodedRows(count, columns, encoding)
      let (bytes, values) = (rows.bytes, rows.values)
      let found = means(bytes, count, columns, encoding, step: 8)
      for column in 0..<columns {
        let origin = values[0][column]
        let wanted = origin + values.reduce(0) { $0 + ($1[column] - origin) } / Double(count)
        #expect(abs(found[column] - wanted) <= 4e-16 * max(1, abs(wanted)), "\(columns) columns")
      }
      #expect(means(bytes, count, columns, encoding, step: 16) == found)
    }
  }

  /// How columns are divided among tiles must change nothing.
  @Test(arguments: [ElementEncoding.bfloat16, .float32])
  func partsByThemselvesHaveTheSameBits(encoding: ElementEncoding) {
    let bytes = EncodedRows(19, 48, encoding).bytes
    let whole = means(bytes, 19, 48, encoding, step: 8)
    let width = encoding.byteCount
    for range in [0..<16, 16..<48, 5..<9, 40..<48] {
      var part: [UInt8] = []
      for row in 0..<19 {
        let start = row * 48
        part += bytes[(start + range.lowerBound) * width..<(start + range.upperBound) * width]
      }
      #expect(means(part, 19, range.count, encoding, step: 8) == Array(whole[range]))
    }
  }

  @Test(arguments: [ElementEncoding.bfloat16, .float16, .float32, .float64])
  func whatIsNotFiniteStaysSo(encoding: ElementEncoding) {
    for bits in [0x7F80, 0xFF80, 0x7FC0] as [UInt64] {
      var bytes = EncodedRows(11, 20, encoding).bytes
      let special: [UInt8] =
        switch encoding {
        case .bfloat16: littleEndian(bits, bytes: 2)
        case .float16: littleEndian(bits == 0x7FC0 ? 0x7E00 : bits == 0x7F80 ? 0x7C00 : 0xFC00, bytes: 2)
        case .float32: littleEndian(bits << 16, bytes: 4)
        case .float64: littleEndian(Double(Float(bitPattern: UInt32(bits) << 16)).bitPattern, bytes: 8)
        }
      for row in [0, 4, 10] {
        let place = (row * 20 + 13) * encoding.byteCount
        bytes.replaceSubrange(place..<place + special.count, with: special)
        let found = means(bytes, 11, 20, encoding, step: 8)
        #expect(!found[13].isFinite && found.count { $0.isFinite } == 19)
      }
    }
  }
}
