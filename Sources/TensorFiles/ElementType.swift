/// The type of a tensor's elements, little-endian in memory.
public enum ElementType: String, Sendable, CaseIterable {
  case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, bfloat16, float32, float64

  /// Bytes an element takes.
  public var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// Whether the elements are floating-point numbers: activations are, masks and token ids are not.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }
}
