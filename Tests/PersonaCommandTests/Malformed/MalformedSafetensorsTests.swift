import TestSupport
import Testing

/// One case for each broken invariant of the safetensors format.
@Suite(.serialized) struct MalformedSafetensorsTests {
  /// A file whose header is `header`, with `count` bytes of data.
  private static func file(_ header: String, data count: Int = 4) -> [UInt8] {
    safetensors(header, [UInt8](repeating: 0, count: count))
  }

  /// A file that claims a header of `length` bytes and goes on with `rest`.
  private static func file(claiming length: UInt64, _ rest: String) -> [UInt8] {
    littleEndian(length, bytes: 8) + Array(rest.utf8)
  }

  private static func entry(_ name: String, _ shape: String, _ begin: Int, _ end: Int, _ type: String = "F32") -> String
  {
    #""\#(name)":{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(begin),\#(end)]}"#
  }

  private static func malformed(_ item: String, _ bytes: [UInt8], says words: String...) -> MalformedFile {
    MalformedFile(item, as: "x.safetensors", bytes, says: words.joined(separator: ", "))
  }

  static let lengths = [
    malformed("empty file", [], says: "0 bytes; the length of the header alone takes 8"),
    malformed("under 8 bytes", [4, 0, 0, 0, 0, 0, 0], says: "7 bytes; the length of the header alone takes 8"),
    malformed("header length 0", file(claiming: 0, ""), says: "'{' is wanted at byte 0"),
    malformed("header length 2⁶⁴−1", file(claiming: .max, "{}"), says: "a header of 18446744073709551615 bytes"),
    malformed("header length over 100,000,000", file(claiming: 100_000_001, "{}"), says: "at most 100000000 are read"),
    malformed(
      "header length past the end", file(claiming: 100, "{}"),
      says: "the header should take 100 bytes, 2 are left; the file was cut short"),
    malformed(
      "header length one past the end", file(claiming: 3, "{}"), says: "the header should take 3 bytes, 2 are left"),
  ]

  static let json = [
    malformed(
      "not UTF-8 (a name)", littleEndian(5, bytes: 8) + Array(#"{""#.utf8) + [0xFF] + Array(#"":"#.utf8),
      says: "the text at byte 1 of the JSON is broken or not UTF-8"),
    malformed("not UTF-8 (all of it)", littleEndian(4, bytes: 8) + [0xFE, 0xFF, 0xC0, 0x80], says: "'{' is wanted"),
    malformed("truncated JSON", file(#"{"a":{"dtype":"F32","shape":[1"#), says: "']' is wanted at byte 30"),
    malformed("truncated JSON (in a name)", file(#"{"a"#), says: "the text at byte 1 of the JSON is broken"),
    malformed("truncated JSON (in an escape)", file(#"{"a\u00"#), says: "the text at byte"),
    malformed("header an array", file("[1,2]"), says: "'{' is wanted at byte 0"),
    malformed("two headers", file("{}{}"), says: "the end is wanted at byte 2"),
    malformed(
      "nested 100,000 deep (arrays)", file(#"{"a":"# + String(repeating: "[", count: 100_000)), says: "'{' is wanted"),
    malformed(
      "nested 100,000 deep (objects)", file(String(repeating: #"{"a":"#, count: 100_000)), says: "unknown key 'a'"),
    malformed(
      "nested 100,000 deep (a shape)",
      file(#"{"a":{"dtype":"F32","shape":"# + String(repeating: "[", count: 100_000)), says: "a whole number"),
    malformed(
      "nested 100,000 deep (metadata)", file(#"{"__metadata__":"# + String(repeating: #"{"a":"#, count: 100_000)),
      says: "'\"' is wanted"),
    malformed(
      "duplicate tensor name", file("{\(entry("a", "1", 0, 4)),\(entry("a", "0", 4, 4))}"),
      says: "two entries are named 'a'"),
    malformed("non-string `__metadata__` (a number)", file(#"{"__metadata__":{"a":1}}"#), says: "'\"' is wanted"),
    malformed("non-string `__metadata__` (a list)", file(#"{"__metadata__":{"a":["b"]}}"#), says: "'\"' is wanted"),
    malformed("non-string `__metadata__` (not an object)", file(#"{"__metadata__":"a"}"#), says: "'{' is wanted"),
    malformed("non-string `__metadata__` (null)", file(#"{"__metadata__":null}"#), says: "'{' is wanted"),
  ]

  static let tensors = [
    malformed("unknown dtype", file("{\(entry("a", "1", 0, 4, "Q4"))}"), says: "tensor 'a' has dtype Q4"),
    malformed("negative dimension", file("{\(entry("a", "-1", 0, 4))}"), says: "a whole number from 0 to 2⁶³ − 1"),
    malformed("fractional dimension", file("{\(entry("a", "1.0", 0, 4))}"), says: "a whole number from 0 to 2⁶³ − 1"),
    malformed("fractional dimension (an exponent)", file("{\(entry("a", "1e0", 0, 4))}"), says: "a whole number"),
    malformed("huge dimension", file("{\(entry("a", "9223372036854775808", 0, 4))}"), says: "a whole number"),
    malformed("huge dimension that fits", file("{\(entry("a", "9223372036854775807", 0, 4))}"), says: "overflows"),
    malformed("product overflow", file("{\(entry("a", "4294967296,4294967296", 0, 4))}"), says: "overflows"),
    malformed("product overflow to 1", file("{\(entry("a", "3,12297829382473034411", 0, 1, "U8"))}"), says: "number"),
    malformed(
      "product overflow beside an empty dimension", file("{\(entry("a", "4611686018427387904,4,0", 0, 0))}", data: 0),
      says: "overflows"),
    malformed("65 dimensions", file("{\(entry("a", String(repeating: "1,", count: 64) + "1", 0, 4))}"), says: "65 dim"),
    malformed("begin > end", file("{\(entry("a", "1", 4, 0))}"), says: "tensor 'a' ends before it begins"),
    malformed("end past the data", file("{\(entry("a", "2", 0, 8))}"), says: "4 bytes of data, the header describes 8"),
    malformed(
      "overlap", file("{\(entry("a", "3", 0, 3, "U8")),\(entry("b", "2", 2, 4, "U8"))}"),
      says: "tensor 'b' overlaps another"),
    malformed(
      "overlap (twice the same)", file("{\(entry("a", "1", 0, 4)),\(entry("b", "1", 0, 4))}"), says: "overlaps"),
    malformed(
      "hole", file("{\(entry("a", "1", 0, 1, "U8")),\(entry("b", "2", 2, 4, "U8"))}"),
      says: "bytes from 1 to tensor 'b' belong to no tensor"),
    malformed("hole at the start", file("{\(entry("a", "3", 1, 4, "U8"))}"), says: "bytes from 0 to tensor 'a'"),
    malformed(
      "trailing bytes", file("{\(entry("a", "1", 0, 4))}", data: 6),
      says: "6 bytes of data, the header describes 4; the file was cut short or has something appended"),
    malformed(
      "missing last 2 bytes", file("{\(entry("a", "2", 0, 8))}", data: 6),
      says: "6 bytes of data, the header describes 8; the file was cut short"),
    malformed(
      "span ≠ shape × dtype", file("{\(entry("a", "2", 0, 4))}"),
      says: "tensor 'a' spans 4 bytes, its shape and dtype say 8"),
    malformed("one offset", file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#), says: "lacks"),
  ]

  @Test(arguments: lengths) func refusesLengths(file: MalformedFile) throws { try file.expectRefusal() }

  @Test(arguments: json) func refusesJSON(file: MalformedFile) throws { try file.expectRefusal() }

  @Test(arguments: tensors) func refusesTensors(file: MalformedFile) throws { try file.expectRefusal() }

  /// As long as it says, and not read for that.
  @Test func aHeaderOverAHundredMillionBytesLongIsNotRead() throws {
    let folder = try TemporaryFolder()
    let length = 100_000_001
    let path = try folder.writeSparse(
      [(0, littleEndian(length, bytes: 8) + Array("{".utf8))], size: 8 + length, to: "x.safetensors")
    try expectRefused(fileAt: path, saying: ["a header of 100000001 bytes"], in: folder)
  }

  @Test(arguments: [
    UnusualFile(
      "odd data offset (accept)", as: "x.safetensors",
      safetensors("{\(entry("a", "1", 0, 1, "U8")),\(entry("b", "2", 1, 9))}", [7] + floatBytes([2, -3])),
      tensor: "b", holds: [2, -3]),
    UnusualFile(
      "odd data offset (of the data themselves; accept)", as: "x.safetensors",
      safetensors("{\(entry("b", "1", 0, 4))}  ", floatBytes([2])), tensor: "b", holds: [2]),
    UnusualFile(
      "zero-size tensor sharing an offset (accept)", as: "x.safetensors",
      safetensors(
        "{\(entry("e", "0,3", 0, 0)),\(entry("b", "1", 0, 4)),\(entry("f", "0", 4, 4))}", floatBytes([5])),
      tensor: "b", holds: [5]),
    UnusualFile(
      "zero-size tensor itself (accept)", as: "x.safetensors",
      safetensors("{\(entry("e", "0,3", 0, 0)),\(entry("b", "1", 0, 4))}", floatBytes([5])),
      tensor: "e", shape: [0, 3], holds: []),
  ])
  func reads(file: UnusualFile) throws { try file.expectValues() }
}
