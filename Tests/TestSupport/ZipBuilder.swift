/// Builds zip archives of stored members, whole or broken on purpose.
public struct ZipBuilder {
  /// A member, and what its records say of it.
  public struct Member {
    /// The name in the central directory.
    public var name: String
    /// The name in the local header; the same unless set.
    public var localName: String?
    /// The bytes stored.
    public var data: [UInt8]
    /// The CRC-32 stated; 0 for none.
    public var checksum: UInt32 = 0
    /// The general purpose flags.
    public var flags: UInt16 = 0
    /// The compression method.
    public var method: UInt16 = 0
    /// The uncompressed size stated; that of the data unless set.
    public var size: Int?
    /// The local header's place stated; the true one unless set.
    public var offset: Int?

    /// A member as it should be.
    public init(_ name: String, _ data: [UInt8]) { (self.name, self.data) = (name, data) }
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
      archive +=
        [0x50, 0x4B, 3, 4, 20, 0] + littleEndian(member.flags, bytes: 2) + littleEndian(member.method, bytes: 2)
      archive += [0, 0, 0, 0] + littleEndian(member.checksum, bytes: 4) + sizes
      archive += littleEndian(local.count, bytes: 2) + [0, 0] + local + member.data
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
      let place = archive.count + directory.count
      let record = [members.count, members.count, directory.count, archive.count].flatMap { littleEndian($0, bytes: 8) }
      directory += [0x50, 0x4B, 6, 6] + littleEndian(44, bytes: 8) + [45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0] + record
      directory += [0x50, 0x4B, 6, 7, 0, 0, 0, 0] + littleEndian(place, bytes: 8) + [1, 0, 0, 0]
      return archive + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 12) + [0, 0]
    }
    let end: [UInt8] =
      [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + littleEndian(members.count, bytes: 2) + littleEndian(members.count, bytes: 2)
      + littleEndian(directory.count, bytes: 4) + littleEndian(archive.count, bytes: 4)
      + littleEndian(comment.count, bytes: 2) + comment
    return archive + directory + end
  }
}
