import LinearAlgebra
import Testing
import TestSupport

@Suite struct ColumnSumsTests {
  typealias Encoding = ColumnMoments.Encoding

  /// Seeded numbers of unit spread, those of one column in seven about 1000, as bytes and as what these hold.
  private func rows(_ count: Int, _ columns: Int, _ encoding: Encoding) -> (bytes: [UInt8], values: [[Double]]) {
    var (state, bytes, values) = (UInt64(count * 31 + columns), [UInt8](), [[Double]]())
    for _ in 0..<count {
      values.append(
        (0..<columns).map { column in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let value = (column % 7 == 3 ? 1000 : 0) + Double(Int64(bitPattern: state) >> 32) / 0x1p31
          switch encoding {
          case .bfloat16:
            let bits = Float(value).bitPattern >> 16
            bytes += littleEndian(bits, bytes: 2)
            return Double(Float(bitPattern: bits << 16))
          case .float16:
            bytes += littleEndian(Float16(value).bitPattern, bytes: 2)
            return Double(Float16(value))
          case .float32:
            bytes += littleEndian(Float(value).bitPattern, bytes: 4)
            return Double(Float(value))
          case .float64:
            bytes += littleEndian(value.bitPattern, bytes: 8)
            return value
          }
        })
    }
    return (bytes, values)
  }

  private func means(_ bytes: [UInt8], _ rows: Int, _ columns: Int, _ encoding: Encoding, step: Int) -> [Double] {
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

  @Test(arguments: [Encoding.bfloat16, .float16, .float32, .float64], [1, 2, 7, 8, 9, 16, 100])
  func agreesWithTwoPasses(encoding: Encoding, count: Int) {
    for columns in [1, 5, 8, 15, 16, 17, 64, 333] {
      let (bytes, values) = rows(count, columns, encoding)
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
  @Test(arguments: [Encoding.bfloat16, .float32])
  func partsByThemselvesHaveTheSameBits(encoding: Encoding) {
    let (bytes, _) = rows(19, 48, encoding)
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

  @Test(arguments: [Encoding.bfloat16, .float16, .float32, .float64])
  func whatIsNotFiniteStaysSo(encoding: Encoding) {
    for bits in [0x7F80, 0xFF80, 0x7FC0] as [UInt64] {
      var (bytes, _) = rows(11, 20, encoding)
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
