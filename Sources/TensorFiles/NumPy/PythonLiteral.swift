internal import Files

/// Reads the one dictionary literal of a `.npy` header; it evaluates nothing.
struct PythonLiteral {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// Calls `body` at the value of each item of the dictionary, which must be all that there is.
  mutating func forEachItem(_ body: (String, inout PythonLiteral) throws -> Void) throws {
    try expect("{")
    while !skip("}") {
      let key = try string()
      try expect(":")
      try body(key, &self)
      if !skip(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard rest.isEmpty else { throw NumPyFault.header("something follows the dictionary") }
  }

  mutating func string() throws -> String {
    skipSpace()
    guard let quote = rest.popFirst(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = rest.firstIndex(of: quote)
    else { throw NumPyFault.header("a quoted string is wanted (structured types are not read)") }
    defer { rest = rest[(end + 1)...] }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  mutating func bool() throws -> Bool {
    if skip("True") { return true }
    if skip("False") { return false }
    throw NumPyFault.header("True or False is wanted")
  }

  mutating func shape() throws -> [Int] {
    try expect("(")
    var shape: [Int] = []
    while !skip(")") {
      skipSpace()
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard let extent = unsigned(digits, as: Int.self) else {
        throw NumPyFault.header("a dimension is no whole number")
      }
      rest = rest.dropFirst(digits.count)
      _ = skip("L")  // Python 2 wrote long integers so.
      shape.append(extent)
      if !skip(",") {
        try expect(")")
        break
      }
    }
    return shape
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 || $0 == 0x0D }
  }

  private mutating func skip(_ text: String) -> Bool {
    skipSpace()
    guard rest.starts(with: text.utf8) else { return false }
    rest = rest.dropFirst(text.utf8.count)
    return true
  }

  private mutating func expect(_ text: String) throws {
    guard skip(text) else { throw NumPyFault.header("'\(text)' is wanted") }
  }
}
