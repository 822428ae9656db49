/// The type of a tensor's elements, little-endian in memory.
public enum ElementType: String, Sendable, CaseIterable {
  case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, bfloat16, float32, float64
  /// Eight bits, four of them exponent and three mantissa (Micikevicius et al., arXiv 2209.05433, section 3; the FNUZ
  /// variant, with one zero and one NaN, is that of Noune et al., arXiv 2206.02915).
  case float8E4M3 = "float8_e4m3fn", float8E4M3FNUZ = "float8_e4m3fnuz"
  /// Eight bits, five of them exponent and two mantissa, of the same sources.
  case float8E5M2 = "float8_e5m2", float8E5M2FNUZ = "float8_e5m2fnuz"
  /// Eight bits, all of them exponent: the scales of the OCP Microscaling formats, section 5.4.1.
  case float8E8M0 = "float8_e8m0fnu"

  /// Bytes an element takes.
  public var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8, .float8E4M3, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ, .float8E8M0: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// Whether the elements are floating-point numbers: activations are, masks and token ids are not.
  public var isFloatingPoint: Bool {
    switch self {
    case .bool, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: false
    case .float16, .bfloat16, .float32, .float64: true
    case .float8E4M3, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ, .float8E8M0: true
    }
  }
}
