extension ElementType {
  /// The numbers that `bytes` hold: little-endian elements one after the other, at any alignment.
  ///
  /// Every type but the 64-bit integers is represented exactly; those are rounded to the nearest double.
  public func decode(_ bytes: [UInt8]) -> [Double] {
    let count = bytes.count / byteCount
    return unsafe [Double](unsafeUninitializedCapacity: count) { output, initialized in
      unsafe bytes.withUnsafeBytes { raw in
        switch self {
        case .bool: unsafe fill(output, count) { unsafe raw[$0] == 0 ? 0 : 1 }
        case .uint8: unsafe fill(output, count) { unsafe Double(raw[$0]) }
        case .int8: unsafe fill(output, count) { unsafe Double(Int8(bitPattern: raw[$0])) }
        case .uint16: unsafe fill(output, count) { unsafe Double(load(raw, $0, as: UInt16.self)) }
        case .int16: unsafe fill(output, count) { unsafe Double(load(raw, $0, as: Int16.self)) }
        case .uint32: unsafe fill(output, count) { unsafe Double(load(raw, $0, as: UInt32.self)) }
        case .int32: unsafe fill(output, count) { unsafe Double(load(raw, $0, as: Int32.self)) }
        case .uint64: unsafe fill(output, count) { unsafe Double(load(raw, $0, as: UInt64.self)) }
        case .int64: unsafe fill(output, count) { unsafe Double(load(raw, $0, as: Int64.self)) }
        case .float16:
          unsafe fill(output, count) { unsafe Double(Float16(bitPattern: load(raw, $0, as: UInt16.self))) }
        case .bfloat16:
          // bfloat16 is the upper half of a float.
          unsafe fill(output, count) {
            unsafe Double(Float(bitPattern: UInt32(load(raw, $0, as: UInt16.self)) << 16))
          }
        case .float32:
          unsafe fill(output, count) { unsafe Double(Float(bitPattern: load(raw, $0, as: UInt32.self))) }
        case .float64:
          unsafe fill(output, count) { unsafe Double(bitPattern: load(raw, $0, as: UInt64.self)) }
        case .float8E4M3, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ, .float8E8M0:
          let values = float8Values
          unsafe fill(output, count) { unsafe Double(values[Int(raw[$0])]) }
        }
      }
      initialized = count
    }
  }
}

@inline(__always)
private func load<Bits: FixedWidthInteger>(
  _ raw: UnsafeRawBufferPointer, _ index: Int, as type: Bits.Type
) -> Bits {
  unsafe Bits(littleEndian: raw.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self))
}

@inline(__always)
private func fill(
  _ output: UnsafeMutableBufferPointer<Double>, _ count: Int, _ element: (Int) -> Double
) {
  for i in 0..<count { unsafe (output.baseAddress.unsafelyUnwrapped + i).initialize(to: element(i)) }
}
