/// Goes over a JSON text (RFC 8259) and finds what a decoder does not say: where the text breaks the grammar, and an object with two
/// members of one name, of which a decoder keeps one.
///
/// Nothing recurses, so that no nesting exhausts the stack.
package struct JSONGrammar {
  /// What is wrong, and where.
  package struct Problem: Equatable {
    package let fault: JSONFault
    /// From 1; the column counts bytes.
    package let line, column: Int

    package init(fault: JSONFault, line: Int, column: Int) {
      (self.fault, self.line, self.column) = (fault, line, column)
    }

    /// The place in words.
    package var place: String { "line \(line), column \(column)" }
  }

  /// What may come next.
  private enum Wanted {
    case value, valueOrEnd, name, nameOrEnd, colon, commaOrEnd, nothing
  }

  private let bytes: [UInt8]
  private var index = 0
  private var wanted = Wanted.value
  /// The names of each object that is open, as UTF-8, as texts compare otherwise; nil for a list.
  private var open: [Set<[UInt8]>?] = []

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The first problem of `bytes`; nil if there is none.
  package static func problem(in bytes: [UInt8]) -> Problem? {
    var grammar = JSONGrammar(bytes)
    // A byte order mark, which decoders pass over.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { grammar.index = 3 }
    guard let (offset, fault) = grammar.walk() else { return nil }
    let before = bytes[..<min(offset, bytes.count)]
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return Problem(
      fault: fault, line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: before.count - start + 1)
  }

  private mutating func walk() -> (offset: Int, fault: JSONFault)? {
    while index < bytes.count {
      let (start, byte) = (index, bytes[index])
      index += 1
      if [0x20, 0x0A, 0x0D, 0x09].contains(byte) { continue }
      if let fault = step(byte, at: start) { return (start, fault) }
    }
    return wanted == .nothing ? nil : (bytes.count, .ends)
  }

  /// Takes the token that begins with `byte`.
  private mutating func step(_ byte: UInt8, at start: Int) -> JSONFault? {
    switch (byte, wanted) {
    case (UInt8(ascii: "{"), .value), (UInt8(ascii: "{"), .valueOrEnd):
      open.append([])
      wanted = .nameOrEnd
    case (UInt8(ascii: "["), .value), (UInt8(ascii: "["), .valueOrEnd):
      open.append(nil)
      wanted = .valueOrEnd
    case (UInt8(ascii: "}"), .nameOrEnd), (UInt8(ascii: "]"), .valueOrEnd): close()
    case (UInt8(ascii: "}"), .commaOrEnd) where isInObject, (UInt8(ascii: "]"), .commaOrEnd) where !isInObject: close()
    case (UInt8(ascii: ","), .commaOrEnd): wanted = isInObject ? .name : .value
    case (UInt8(ascii: ":"), .colon): wanted = .value
    case (UInt8(ascii: "\""), .name), (UInt8(ascii: "\""), .nameOrEnd):
      guard let name = text() else { return .openText }
      wanted = .colon
      if open[open.count - 1]?.insert(Self.plain(name)).inserted == false {
        return .duplicateKey(String(decoding: name, as: UTF8.self))
      }
    case (UInt8(ascii: "\""), .value), (UInt8(ascii: "\""), .valueOrEnd):
      guard text() != nil else { return .openText }
      passed()
    case (_, .value), (_, .valueOrEnd):
      return literal(from: start)
    default: return .misplaced(String(decoding: [byte], as: UTF8.self), wanted: words)
    }
    return nil
  }

  private var isInObject: Bool { (open.last ?? nil) != nil }

  private mutating func close() {
    open.removeLast()
    passed()
  }

  /// A value is over.
  private mutating func passed() { wanted = open.isEmpty ? .nothing : .commaOrEnd }

  /// Passes over a text whose first quote was taken, and gives what is between the quotes; nil if none ends it.
  private mutating func text() -> ArraySlice<UInt8>? {
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard index < bytes.count else { return nil }
    index += 1
    return bytes[start..<index - 1]
  }

  /// A name without its escapes: `"\\u0061"` is `"a"`.
  private static func plain(_ name: ArraySlice<UInt8>) -> [UInt8] {
    guard name.contains(UInt8(ascii: "\\")) else { return Array(name) }
    let quote = UInt8(ascii: "\"")
    var cursor = JSONCursor([quote] + name + [quote])
    return (try? cursor.string()).map { Array($0.utf8) } ?? Array(name)
  }

  /// Passes over `true`, `false`, `null` or a number.
  private mutating func literal(from start: Int) -> JSONFault? {
    while index < bytes.count, !",]}: \n\r\t\"[{".utf8.contains(bytes[index]) { index += 1 }
    let word = String(decoding: bytes[start..<index], as: UTF8.self)
    let isNumber = Double(word) != nil && word.utf8.allSatisfy { "+-.eE0123456789".utf8.contains($0) }
    guard isNumber || ["true", "false", "null"].contains(word) else {
      return .misplaced(String(word.prefix(40)), wanted: words)
    }
    passed()
    return nil
  }

  private var words: String {
    switch wanted {
    case .value: "a value"
    case .valueOrEnd: "a value or ]"
    case .name: "a name in quotes"
    case .nameOrEnd: "a name in quotes or }"
    case .colon: "a colon"
    case .commaOrEnd: isInObject ? "a comma or }" : "a comma or ]"
    case .nothing: "the end"
    }
  }
}
