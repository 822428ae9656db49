/// A bounds-checked reader of little-endian values from bytes that are not trusted.
package struct ByteCursor {
  package let bytes: [UInt8]
  package private(set) var offset: Int

  package init(_ bytes: [UInt8], at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  package var remaining: Int { bytes.count - offset }

  /// The next `count` bytes.
  package mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw CursorFault.truncated(offset: offset, wanted: count) }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  /// The next fixed-width integer, least significant byte first.
  @inlinable
  package mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws -> Value {
    Value(truncatingIfNeeded: try number(byteCount: MemoryLayout<Value>.size))
  }

  /// The next `byteCount` bytes, 8 at most, as a number. Of one type: a generic loop over bytes, which other modules would call as such,
  /// took a seventh of the time that files of many entries take.
  package mutating func number(byteCount: Int) throws -> UInt64 {
    guard byteCount <= remaining else { throw CursorFault.truncated(offset: offset, wanted: byteCount) }
    var value: UInt64 = 0
    for place in 0..<byteCount { value |= UInt64(bytes[offset + place]) &<< UInt64(8 * place) }
    offset += byteCount
    return value
  }

  /// The next 64-bit count or offset; throws if it does not fit an `Int`.
  package mutating func size64() throws -> Int {
    let start = offset
    let value: UInt64 = try integer()
    guard let size = Int(exactly: value) else { throw CursorFault.overflow(offset: start, value: value) }
    return size
  }

  /// The bytes up to the next newline, which is passed over.
  package mutating func line() throws -> ArraySlice<UInt8> {
    guard let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw CursorFault.truncated(offset: offset, wanted: remaining + 1)
    }
    defer { offset = end + 1 }
    return bytes[offset..<end]
  }
}

/// Why a cursor could not go on.
package enum CursorFault: FileFault, Equatable {
  case truncated(offset: Int, wanted: Int)
  case overflow(offset: Int, value: UInt64)

  package var explanation: String {
    switch self {
    case .truncated(let offset, let wanted): "the data end at byte \(offset), where \(wanted) more are wanted"
    case .overflow(let offset, let value): "the size \(value) at byte \(offset) is too large"
    }
  }
}
