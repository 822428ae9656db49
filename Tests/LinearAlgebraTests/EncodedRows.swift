import LinearAlgebra
import TestSupport

/// `value` in `encoding`, and what that holds of it.
func encoded(_ value: Double, _ encoding: ElementEncoding) -> (bytes: [UInt8], value: Double) {
  switch encoding {
  case .bfloat16:
    let bits = Float(value).bitPattern >> 16
    return (littleEndian(bits, bytes: 2), Double(Float(bitPattern: bits << 16)))
  case .float16: return (littleEndian(Float16(value).bitPattern, bytes: 2), Double(Float16(value)))
  case .float32: return (littleEndian(Float(value).bitPattern, bytes: 4), Double(Float(value)))
  case .float64: return (littleEndian(value.bitPattern, bytes: 8), value)
  }
}

/// Rows of seeded numbers of unit spread, those of one column in seven about 1000, as bytes and as what these hold.
struct EncodedRows {
  let bytes: [UInt8]
  let values: [[Double]]
  private let rowBytes: Int

  init(_ count: Int, _ columns: Int, _ encoding: ElementEncoding) {
    var (state, bytes, values) = (UInt64(count * 31 + columns), [UInt8](), [[Double]]())
    for _ in 0..<count {
      values.append(
        (0..<columns).map { column in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let own = encoded((column % 7 == 3 ? 1000 : 0) + Double(Int64(bitPattern: state) >> 32) / 0x1p31, encoding)
          bytes += own.bytes
          return own.value
        })
    }
    (self.bytes, self.values, rowBytes) = (bytes, values, columns * encoding.byteCount)
  }

  /// The bytes of the rows `range`.
  func bytes(_ range: Range<Int>) -> [UInt8] { Array(bytes[range.lowerBound * rowBytes..<range.upperBound * rowBytes]) }
}
