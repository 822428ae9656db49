internal import CZlib

/// Builds zip archives of stored members, whole or broken on purpose.
public struct ZipBuilder: Sendable {
  /// A member, and what its records say of it.
  public struct Member: Sendable {
    /// The name in the central directory.
    public var name: String
    /// The name in the local header; the same unless set.
    public var localName: String?
    /// The bytes stored.
    public var data: [UInt8]
    /// The CRC-32 stated; 0 for none.
    public var checksum: UInt32 = 0
    /// The CRC-32 in the local header; the same unless set.
    public var localChecksum: UInt32?
    /// How long the local header says that its extra field is; there is none.
    public var localExtra = 0
    /// The general purpose flags.
    public var flags: UInt16 = 0
    /// The compression method.
    public var method: UInt16 = 0
    /// The compression method in the local header; the same unless set.
    public var localMethod: UInt16?
    /// The uncompressed size stated; that of the data unless set.
    public var size: Int?
    /// The uncompressed size in the local header; the same unless set.
    public var localSize: Int?
    /// The local header's place stated; the true one unless set.
    public var offset: Int?

    /// A member as it should be.
    public init(_ name: String, _ data: [UInt8]) { (self.name, self.data) = (name, data) }

    /// A member of `content`, deflated.
    public init(deflating content: [UInt8], as name: String) {
      (self.name, data, method, size) = (name, deflated(content), 8, content.count)
    }

    /// The same member after `change`.
    public func with(_ change: (inout Member) -> Void) -> Member {
      var member = self
      change(&member)
      return member
    }
  }

  /// The members.
  public var members: [Member]
  /// The archive comment.
  public var comment: [UInt8] = []
  /// Whether sizes and offsets stand in zip64 fields, as `torch.save` writes them.
  public var isZip64 = false

  /// An archive of `members`.
  public init(_ members: [Member]) { self.members = members }

  /// The archive's bytes (APPNOTE 4.3).
  public var bytes: [UInt8] {
    var (archive, directory) = ([UInt8](), [UInt8]())
    for member in members {
      let start = archive.count
      let sizes = littleEndian(member.data.count, bytes: 4) + littleEndian(member.size ?? member.data.count, bytes: 4)
      let local = Array((member.localName ?? member.name).utf8)
      archive += [0x50, 0x4B, 3, 4, 20, 0] + littleEndian(member.flags, bytes: 2)
      archive += littleEndian(member.localMethod ?? member.method, bytes: 2)
      archive += [0, 0, 0, 0] + littleEndian(member.localChecksum ?? member.checksum, bytes: 4) + sizes.prefix(4)
      archive += member.localSize.map { littleEndian($0, bytes: 4) } ?? Array(sizes.suffix(4))
      archive += littleEndian(local.count, bytes: 2) + littleEndian(member.localExtra, bytes: 2) + local + member.data
      let name = Array(member.name.utf8)
      directory += [0x50, 0x4B, 1, 2, 20, 0, 20, 0] + littleEndian(member.flags, bytes: 2)
      directory +=
        littleEndian(member.method, bytes: 2) + [0, 0, 0, 0] + littleEndian(member.checksum, bytes: 4) + sizes
      if isZip64 {
        directory.replaceSubrange(directory.count - 8..<directory.count, with: [UInt8](repeating: 0xFF, count: 8))
      }
      let wide = [member.size ?? member.data.count, member.data.count, member.offset ?? start]
      let extra: [UInt8] = isZip64 ? [1, 0, 24, 0] + wide.flatMap { littleEndian($0, bytes: 8) } : []
      directory += littleEndian(name.count, bytes: 2) + littleEndian(extra.count, bytes: 2)
      directory += [UInt8](repeating: 0, count: 10)
      directory += (isZip64 ? [0xFF, 0xFF, 0xFF, 0xFF] : littleEndian(member.offset ?? start, bytes: 4)) + name + extra
    }
    if isZip64 {
      return archive + directory
        + Self.zip64End(count: members.count, directorySize: directory.count, directoryOffset: archive.count)
    }
    let end: [UInt8] =
      [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + littleEndian(members.count, bytes: 2) + littleEndian(members.count, bytes: 2)
      + littleEndian(directory.count, bytes: 4) + littleEndian(archive.count, bytes: 4)
      + littleEndian(comment.count, bytes: 2) + comment
    return archive + directory + end
  }

  /// What ends a zip64 archive, right behind its directory: the zip64 record, its locator, and the end record.
  public static func zip64End(count: Int, directorySize: Int, directoryOffset: Int) -> [UInt8] {
    let record = [count, count, directorySize, directoryOffset].flatMap { littleEndian($0, bytes: 8) }
    let place = directoryOffset + directorySize
    return [0x50, 0x4B, 6, 6] + littleEndian(44, bytes: 8) + [45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0] + record
      + [0x50, 0x4B, 6, 7, 0, 0, 0, 0] + littleEndian(place, bytes: 8) + [1, 0, 0, 0]
      + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 12) + [0, 0]
  }
}

/// `content` as a raw DEFLATE stream (RFC 1951), as tightly as zlib can.
public func deflated(_ content: [UInt8]) -> [UInt8] {
  var (output, count) = ([UInt8](repeating: 0, count: Int(compressBound(UInt(content.count)))), UInt(0))
  count = UInt(output.count)
  let status = unsafe compress2(&output, &count, content, UInt(content.count), 9)
  precondition(status == Z_OK, "zlib does not compress")
  // The zlib wrapper (RFC 1950) is two bytes before the stream and a checksum of four behind it.
  return Array(output[2..<Int(count) - 4])
}
