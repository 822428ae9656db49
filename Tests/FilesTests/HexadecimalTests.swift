import Files
import Testing

@Suite struct HexadecimalTests {
  @Test func writesTwoDigitsAByte() {
    #expect(hexadecimal([0, 10, 255]) == "00 0a ff")
    #expect(hexadecimal([0, 10, 255], separator: "") == "000aff")
  }

  @Test(arguments: ["+5", "-5", "", " 5", "5 ", "0x5", "256"]) func takesDigitsAlone(text: String) {
    #expect(unsigned(text.utf8, as: UInt8.self) == nil)
  }

  @Test func readsDigits() {
    #expect(unsigned("255".utf8, as: UInt8.self) == 255)
    #expect(unsigned("fF".utf8, radix: 16, as: UInt8.self) == 255)
  }
}
