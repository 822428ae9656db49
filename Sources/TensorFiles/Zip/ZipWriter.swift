internal import CZlib
internal import Files

/// Writes a zip archive of stored members (APPNOTE.TXT 6.3.9) as PyTorch lays its files out: zip64 records throughout, the data of
/// each member at a multiple of 64 bytes, so that a reader can map them, and the CRC-32 of each.
final class ZipWriter {
  /// Where data begin: at a multiple of it (`.storage_alignment` of PyTorch's archives).
  static let alignment = 64

  private struct Member {
    let name: [UInt8]
    let checksum: UInt32
    let size, headerOffset: Int
  }

  /// The version that zip64 takes, 4.5; names are UTF-8 (bit 11).
  private static let (version, flags): (UInt16, UInt16) = (45, 1 << 11)
  /// The field that stands before padding in PyTorch's archives: "FB".
  private static let paddingTag: UInt16 = 0x4246
  /// 1 January 1980, the first day that the format knows: no output depends on the time.
  private static let firstDay: UInt16 = 1 << 5 | 1

  private let file: OutputFile
  private var members: [Member] = []
  private var position = 0

  /// An archive in `file`, which the caller closes.
  init(_ file: OutputFile) { self.file = file }

  /// Appends the member `name` with `data`.
  func add(_ name: String, _ data: [UInt8]) throws {
    let name = Array(name.utf8)
    let member = Member(name: name, checksum: Self.checksum(of: data), size: data.count, headerOffset: position)
    precondition(!members.contains { $0.name == name }, "two members of one name")
    var extra = Self.field(1, Self.bytes(UInt64(data.count)) + Self.bytes(UInt64(data.count)))
    let unpadded = position + ZipMember.localHeaderSize + name.count + extra.count + 4
    extra += Self.field(
      Self.paddingTag, [UInt8](repeating: 0, count: (Self.alignment - unpadded % Self.alignment) % Self.alignment))
    try append(
      Self.bytes(UInt32(0x0403_4b50)) + Self.bytes(Self.version) + Self.common(member)
        + Self.bytes(UInt16(extra.count)) + name + extra)
    try append(data)
    members.append(member)
  }

  /// Appends the directory and its end records.
  func finish() throws {
    let start = position
    for member in members {
      let extra = Self.field(
        1, [member.size, member.size, member.headerOffset].flatMap { Self.bytes(UInt64($0)) })
      // No comment, the first disk, no attributes; the offset is in the zip64 field.
      try append(
        Self.bytes(UInt32(0x0201_4b50)) + Self.bytes(Self.version) + Self.bytes(Self.version) + Self.common(member)
          + Self.bytes(UInt16(extra.count)) + [UInt8](repeating: 0, count: 10) + Self.bytes(UInt32.max)
          + member.name + extra)
    }
    let (end, size) = (position, position - start)
    let counts = Self.bytes(UInt64(members.count)) + Self.bytes(UInt64(members.count))
    try append(
      Self.bytes(UInt32(0x0606_4b50)) + Self.bytes(UInt64(44)) + Self.bytes(Self.version) + Self.bytes(Self.version)
        + Self.bytes(UInt64(0)) + counts + Self.bytes(UInt64(size)) + Self.bytes(UInt64(start)))
    try append(
      Self.bytes(UInt32(0x0706_4b50)) + Self.bytes(UInt32(0)) + Self.bytes(UInt64(end)) + Self.bytes(UInt32(1)))
    // All ones: it is in the zip64 record.
    try append(
      Self.bytes(UInt32(0x0605_4b50)) + Self.bytes(UInt32(0)) + Self.bytes(UInt32.max) + Self.bytes(UInt64.max)
        + Self.bytes(UInt16(0)))
  }

  private func append(_ bytes: [UInt8]) throws {
    try file.write(bytes)
    position += bytes.count
  }

  /// What a local header and a record of the directory have in common: from the flags to the length of the name.
  private static func common(_ member: Member) -> [UInt8] {
    // Stored; sizes of all ones are in the zip64 field.
    bytes(flags) + bytes(UInt16(0)) + bytes(UInt16(0)) + bytes(firstDay) + bytes(member.checksum)
      + bytes(UInt64.max) + bytes(UInt16(member.name.count))
  }

  private static func field(_ tag: UInt16, _ content: [UInt8]) -> [UInt8] {
    bytes(tag) + bytes(UInt16(content.count)) + content
  }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func checksum(of data: [UInt8]) -> UInt32 {
    UInt32(truncatingIfNeeded: unsafe data.withUnsafeBufferPointer { unsafe crc32_z(0, $0.baseAddress, $0.count) })
  }
}
