extension ElementType {
  /// The bytes of `values` as little-endian elements of this type, each rounded to nearest, ties to even.
  ///
  /// Only the floating-point types are written here.
  public func encode(_ values: ArraySlice<Double>) -> [UInt8] {
    switch self {
    case .float64: pack(values) { $0.bitPattern }
    case .float32: pack(values) { Float($0).bitPattern }
    case .float16: pack(values) { Float16($0).bitPattern }
    case .bfloat16: pack(values, bfloat16Bits)
    default: preconditionFailure("\(self) is not a floating-point type")
    }
  }
}

@inline(__always)
private func pack<Bits: FixedWidthInteger>(
  _ values: ArraySlice<Double>, _ bits: (Double) -> Bits
) -> [UInt8] {
  let width = MemoryLayout<Bits>.size
  return unsafe [UInt8](unsafeUninitializedCapacity: values.count * width) { output, initialized in
    for value in values {
      unsafe UnsafeMutableRawBufferPointer(output)
        .storeBytes(of: bits(value).littleEndian, toByteOffset: initialized, as: Bits.self)
      initialized += width
    }
  }
}

/// The bits of the bfloat16 nearest to `value`.
private func bfloat16Bits(_ value: Double) -> UInt16 {
  if value.isNaN { return 0x7FC0 }
  // Rounding double → float → bfloat16 would round twice. A float rounded to odd keeps the sticky bit, and
  // with 16 bits to spare the second rounding is then the only one.
  var float = Float(value)
  if float.isFinite, Double(float) != value {
    if abs(Double(float)) > abs(value) { float = float > 0 ? float.nextDown : float.nextUp }
    if float.bitPattern & 1 == 0 { float = Float(bitPattern: float.bitPattern | 1) }
  }
  let bits = float.bitPattern
  if !float.isFinite { return UInt16(bits >> 16) }
  return UInt16((bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
}
