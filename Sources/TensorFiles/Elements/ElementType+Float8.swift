extension ElementType {
  /// The values of the 256 bit patterns of this eight-bit floating-point type.
  var float8Values: [Float] {
    (0...255).map { bits in
      switch self {
      // The largest exponent is one of numbers, but for the pattern of all ones; there is no infinity.
      case .float8E4M3: bits & 0x7F == 0x7F ? .nan : Self.number(bits, mantissaBits: 3, bias: 7)
      // The upper half of a float16.
      case .float8E5M2: Float(Float16(bitPattern: UInt16(bits) << 8))
      // What would be −0 is the one NaN.
      case .float8E4M3FNUZ: bits == 0x80 ? .nan : Self.number(bits, mantissaBits: 3, bias: 8)
      case .float8E5M2FNUZ: bits == 0x80 ? .nan : Self.number(bits, mantissaBits: 2, bias: 16)
      case .float8E8M0: bits == 0xFF ? .nan : Float(sign: .plus, exponent: bits - 127, significand: 1)
      default: preconditionFailure("\(self) is not a float of eight bits")
      }
    }
  }

  /// The number of sign, exponent and mantissa in `bits`, none of whose patterns is special.
  private static func number(_ bits: Int, mantissaBits: Int, bias: Int) -> Float {
    let exponent = (bits & 0x7F) >> mantissaBits
    let fraction = bits & (1 << mantissaBits - 1)
    // Exponent 0 marks a subnormal, without the implied leading one.
    let significand = exponent == 0 ? fraction : fraction + 1 << mantissaBits
    return Float(
      sign: bits & 0x80 == 0 ? .plus : .minus, exponent: max(exponent, 1) - bias - mantissaBits,
      significand: Float(significand))
  }
}
