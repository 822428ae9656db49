internal import CMoments

/// How the elements of rows are encoded, little-endian.
public enum ElementEncoding: Sendable {
  case bfloat16, float16, float32, float64

  /// Bytes an element takes.
  public var byteCount: Int {
    switch self {
    case .bfloat16, .float16: 2
    case .float32: 4
    case .float64: 8
    }
  }

  var code: persona_encoding {
    switch self {
    case .bfloat16: persona_bfloat16
    case .float16: persona_float16
    case .float32: persona_float32
    case .float64: persona_float64
    }
  }
}
