/// A strict reader of the JSON that a safetensors header may hold: objects, strings, arrays of whole numbers.
///
/// General JSON readers take the last of two equal keys and round long numbers; a header with either is refused.
/// The grammar bounds the nesting, so no input can exhaust the stack.
package struct JSONCursor {
  private let bytes: [UInt8]
  private var offset = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Calls `body` at the value of each member of an object.
  package mutating func object(_ body: (String, inout JSONCursor) throws -> Void) throws {
    try expect("{")
    var keys: Set<String> = []
    if skip("}") { return }
    repeat {
      let key = try string()
      guard keys.insert(key).inserted else { throw JSONFault.duplicateKey(key) }
      try expect(":")
      try body(key, &self)
    } while skip(",")
    try expect("}")
  }

  /// An array of whole, non-negative numbers.
  package mutating func integers() throws -> [Int] {
    try expect("[")
    var values: [Int] = []
    if skip("]") { return values }
    repeat { values.append(try integer()) } while skip(",")
    try expect("]")
    return values
  }

  package mutating func string() throws -> String {
    skipSpace()
    let start = offset
    try expect("\"")
    var content: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else { throw JSONFault.text(offset: start) }
        return text
      case UInt8(ascii: "\\"): content += try escape().utf8
      case 0..<0x20: throw JSONFault.text(offset: start)
      default: content.append(byte)
      }
    }
    throw JSONFault.text(offset: start)
  }

  /// Throws unless only white space is left, with which headers are padded.
  package mutating func end() throws {
    skipSpace()
    guard offset == bytes.count else { throw JSONFault.unexpected(offset: offset, wanted: "the end") }
  }

  private mutating func integer() throws -> Int {
    skipSpace()
    let start = offset
    while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
    let digits = bytes[start..<offset]
    guard let value = unsigned(digits, as: Int.self), digits.count == 1 || digits.first != UInt8(ascii: "0"),
      offset == bytes.count || !".eE".utf8.contains(bytes[offset])
    else { throw JSONFault.unexpected(offset: start, wanted: "a whole number from 0 to 2⁶³ − 1") }
    return value
  }

  private mutating func escape() throws -> String {
    guard offset < bytes.count else { throw JSONFault.text(offset: offset) }
    let byte = bytes[offset]
    offset += 1
    switch Unicode.Scalar(byte) {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let high = try codeUnit()
      if UTF16.isLeadSurrogate(high), offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
        bytes[offset + 1] == UInt8(ascii: "u")
      {
        offset += 2
        let low = try codeUnit()
        guard UTF16.isTrailSurrogate(low) else { throw JSONFault.text(offset: offset) }
        return String(decoding: [high, low], as: UTF16.self)
      }
      guard let scalar = Unicode.Scalar(high) else { throw JSONFault.text(offset: offset) }
      return String(scalar)
    default: throw JSONFault.text(offset: offset)
    }
  }

  private mutating func codeUnit() throws -> UInt16 {
    guard offset + 4 <= bytes.count,
      let unit = unsigned(bytes[offset..<offset + 4], radix: 16, as: UInt16.self)
    else { throw JSONFault.text(offset: offset) }
    offset += 4
    return unit
  }

  private mutating func skipSpace() {
    while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) { offset += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard skip(character) else { throw JSONFault.unexpected(offset: offset, wanted: "'\(character)'") }
  }
}
