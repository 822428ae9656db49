internal import Files

/// One member of a zip archive, as the central directory describes it.
struct ZipMember: Sendable, Equatable {
  let name: String
  let isDeflated: Bool
  /// The CRC-32 of the uncompressed data; 0 where the writer left it out.
  let checksum: UInt32
  let compressedSize: Int
  let uncompressedSize: Int
  let headerOffset: Int
  /// Whether sizes may be absent from the local header, as a data descriptor follows the data.
  let hasDescriptor: Bool
}

extension ZipMember {
  static let localHeaderSize = 30
  /// A record of the central directory with the longest name, extra field and comment.
  static let longestRecord = 46 + 3 * 0xFFFF
  /// DEFLATE cannot expand by more (zlib technical details: 1032:1).
  private static let largestExpansion = 1032
  /// What may be inflated whatever it is deflated from.
  private static let harmlessSize = 1 << 24
  /// How far more may expand. Activations barely shrink; a hundredth is left of little but zeros.
  private static let harmlessExpansion = 100

  /// Whether inflating `deflated` bytes to `inflated` takes no more time and memory than such a file may ask for.
  static func isHarmless(inflated: Int, deflated: Int) -> Bool {
    inflated <= harmlessSize || inflated / harmlessExpansion <= deflated
  }

  /// Traditional encryption, strong encryption, masked local headers.
  static let encryptionFlags: UInt16 = 1 | 1 << 6 | 1 << 13

  /// Reads one record of the central directory; the cursor's bytes start at `directoryOffset` of the file.
  init(parsing cursor: inout ByteCursor, directoryOffset: Int) throws {
    let start = cursor.offset
    guard try cursor.integer(UInt32.self) == 0x0201_4b50 else {
      throw ZipFault.badRecord(offset: directoryOffset + start)
    }
    _ = try cursor.take(4)
    let (flags, method): (UInt16, UInt16) = (try cursor.integer(), try cursor.integer())
    _ = try cursor.take(4)
    checksum = try cursor.integer()
    let (compressed, uncompressed): (UInt32, UInt32) = (try cursor.integer(), try cursor.integer())
    let nameLength: UInt16 = try cursor.integer()
    let (extraLength, commentLength): (UInt16, UInt16) = (try cursor.integer(), try cursor.integer())
    _ = try cursor.take(8)
    let offset: UInt32 = try cursor.integer()
    let nameBytes = try cursor.take(Int(nameLength))
    name = String(decoding: nameBytes, as: UTF8.self)
    guard Array(name.utf8) == Array(nameBytes), !name.contains("\0"), !name.contains("\\"), !name.hasPrefix("/"),
      !name.split(separator: "/").contains("..")
    else { throw ZipFault.badName(name) }
    guard flags & Self.encryptionFlags == 0 else { throw ZipFault.encrypted }
    guard method == 0 || method == 8 else { throw ZipFault.method(Int(method)) }
    isDeflated = method == 8
    hasDescriptor = flags & 1 << 3 != 0
    var wide = try Zip64Field(parsing: ByteCursor(Array(try cursor.take(Int(extraLength)))))
    uncompressedSize = try wide.value(uncompressed)
    compressedSize = try wide.value(compressed)
    headerOffset = try wide.value(offset)
    _ = try cursor.take(Int(commentLength))
    guard isDeflated || compressedSize == uncompressedSize else { throw ZipFault.localDisagrees("stored size") }
    guard uncompressedSize / Self.largestExpansion <= compressedSize else {
      throw ZipFault.bomb(declared: uncompressedSize, compressed: compressedSize)
    }
    guard Self.isHarmless(inflated: uncompressedSize, deflated: compressedSize) else {
      throw ZipFault.expansion(declared: uncompressedSize, compressed: compressedSize)
    }
  }
}

/// The zip64 extended information: 64-bit values for those 32-bit fields that are all ones, in order.
private struct Zip64Field {
  private var cursor = ByteCursor([])

  init(parsing extra: ByteCursor) throws {
    var extra = extra
    while extra.remaining >= 4 {
      let (tag, size): (UInt16, UInt16) = (try extra.integer(), try extra.integer())
      let content = try extra.take(Int(size))
      if tag == 1 {
        cursor = ByteCursor(Array(content))
        return
      }
    }
  }

  mutating func value(_ narrow: UInt32) throws -> Int {
    narrow == .max ? try cursor.size64() : Int(narrow)
  }
}
