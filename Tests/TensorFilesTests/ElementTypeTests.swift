import TensorFiles
import TestSupport
import Testing

@Suite struct ElementTypeTests {
  @Test func decodesEveryTypeByHand() {
    #expect(ElementType.bool.decode([0, 1, 255]) == [0, 1, 1])
    #expect(ElementType.uint8.decode([0, 255]) == [0, 255])
    #expect(ElementType.int8.decode([0x80, 0x7F]) == [-128, 127])
    #expect(ElementType.uint16.decode([0xFF, 0xFF]) == [65535])
    #expect(ElementType.int16.decode([0xFF, 0xFF]) == [-1])
    #expect(ElementType.uint32.decode([0, 0, 0, 0x80]) == [2_147_483_648])
    #expect(ElementType.int32.decode([0, 0, 0, 0x80]) == [-2_147_483_648])
    #expect(ElementType.uint64.decode([0, 0, 0, 0, 0, 0, 0, 0x80]) == [9_223_372_036_854_775_808])
    #expect(ElementType.int64.decode(littleEndian(-5, bytes: 8)) == [-5])
    // 1.5 and −2 in each floating-point type.
    #expect(ElementType.float16.decode([0x00, 0x3E, 0x00, 0xC0]) == [1.5, -2])
    #expect(ElementType.bfloat16.decode([0xC0, 0x3F, 0x00, 0xC0]) == [1.5, -2])
    #expect(ElementType.float32.decode([0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0]) == [1.5, -2])
    #expect(ElementType.float64.decode([0, 0, 0, 0, 0, 0, 0xF8, 0x3F]) == [1.5])
  }

  /// Patterns and values from the tables of the formats' papers: largest, least subnormal, least normal, special.
  @Test func decodesEightBitFloatsByHand() {
    #expect(ElementType.float8E4M3.decode([0x00, 0x38, 0xB8, 0x7E, 0x01, 0x08]) == [0, 1, -1, 448, 0x1p-9, 0x1p-6])
    #expect(ElementType.float8E5M2.decode([0x3C, 0x7B, 0x01, 0x04, 0x7C]) == [1, 57344, 0x1p-16, 0x1p-14, .infinity])
    #expect(ElementType.float8E4M3FNUZ.decode([0x40, 0x7F, 0x01, 0xFF]) == [1, 240, 0x1p-10, -240])
    #expect(ElementType.float8E5M2FNUZ.decode([0x40, 0x7F, 0x01, 0xC0]) == [1, 57344, 0x1p-17, -1])
    #expect(ElementType.float8E8M0.decode([0x7F, 0x00, 0xFE]) == [1, 0x1p-127, 0x1p127])
    for (type, pattern) in [
      (.float8E4M3, 0x7F), (.float8E4M3, 0xFF), (.float8E5M2, 0x7E), (.float8E4M3FNUZ, 0x80), (.float8E5M2FNUZ, 0x80),
      (.float8E8M0, 0xFF),
    ] as [(ElementType, UInt8)] {
      #expect(type.decode([pattern])[0].isNaN, "\(type) \(pattern)")
    }
  }

  /// Every pattern of each type: the float32 bits are those of the value, and a NaN stays one.
  @Test(arguments: ElementType.allCases.filter(\.widensToFloat32))
  func wideningIsExact(type: ElementType) {
    let patterns = type.byteCount == 2 ? (0...0xFFFF).flatMap { littleEndian($0, bytes: 2) } : Array(0...0xFF)
    var wide: [UInt8] = []
    type.widen(patterns, into: &wide)
    let (values, truth) = (ElementType.float32.decode(wide), type.decode(patterns))
    #expect(values.count == truth.count)
    #expect(zip(values, truth).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) })
  }

  @Test func specialValuesSurvive() {
    let bits: [UInt8] = [0x80, 0x7F, 0x80, 0xFF, 0xC0, 0x7F, 0x01, 0x00]
    let values = ElementType.bfloat16.decode(bits)
    #expect(values[0] == .infinity && values[1] == -.infinity && values[2].isNaN)
    // The least bfloat16, a subnormal: 2⁻¹³³.
    #expect(values[3] == 0x1p-133)
  }

  /// Ties between neighbours 1 and 1 + 2⁻⁷ go to the even one; a hair more goes up, though it vanishes in float.
  @Test func bfloat16RoundsOnceToNearestEven() {
    let half = 0x1p-8
    let cases: [(Double, Double)] = [
      (1 + half, 1), (1 + half + 0x1p-40, 1 + 2 * half), (1 + half - 0x1p-40, 1), (1 + 3 * half, 1 + 4 * half),
      (-1 - half - 0x1p-40, -1 - 2 * half), (0, 0), (1e300, .infinity), (3.3e38, 0x1.F0p127),
    ]
    for (value, truth) in cases {
      #expect(ElementType.bfloat16.decode(ElementType.bfloat16.encode([value][...])) == [truth], "\(value)")
    }
    #expect(ElementType.bfloat16.decode(ElementType.bfloat16.encode([.nan][...]))[0].isNaN)
  }

  @Test(arguments: [ElementType.float64, .float32, .float16, .bfloat16])
  func whatIsRepresentableSurvivesTheRoundTrip(type: ElementType) {
    let values = [0.0, -0.5, 1.25, 96, -1024]
    #expect(type.decode(type.encode(values[...])) == values)
  }
}
