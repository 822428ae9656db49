internal import Files

/// A zip archive whose central directory was read and checked (APPNOTE.TXT 6.3.9, sections 4.3 and 4.4).
///
/// Members are found by the central directory alone; what a local header says must agree with it.
struct ZipArchive: Sendable {
  /// How an archive begins: with a member, or with the end record of one without.
  static let magics: [[UInt8]] = [[0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6]]
  /// A dump of 1,200 responses has 1,205 members; a million leaves room and bounds the memory a file can ask for.
  static let memberLimit = 1 << 20
  /// Names average below 100 bytes, so this does not bind before `memberLimit` does.
  static let directoryLimit = 1 << 28
  /// The directory is read by so many bytes: what the end record says of its size need not be true.
  private static let windowBytes = 1 << 20

  private(set) var source: ByteSource
  let members: [ZipMember]
  private let byName: [String: Int]
  /// Where the record behind each member begins, in the order of the members.
  private let ends: [Int]
  /// Where the members' data end: the central directory begins.
  let dataEnd: Int

  init(_ source: ByteSource) throws {
    self.source = source
    let end = try ZipEndRecord(source)
    guard end.count <= Self.memberLimit else {
      throw FileError(path: source.path, fault: ZipFault.tooManyMembers(end.count))
    }
    guard end.directorySize <= Self.directoryLimit else {
      throw FileError(path: source.path, fault: ZipFault.badEndRecord("a directory of \(end.directorySize) bytes"))
    }
    dataEnd = end.directoryOffset
    var (window, windowStart) = (ByteCursor([]), 0)
    var (members, byName) = ([ZipMember](), [String: Int]())
    do {
      for index in 0..<end.count {
        let position = windowStart + window.offset
        if window.remaining < ZipMember.longestRecord, position + window.remaining < end.directorySize {
          let count = min(Self.windowBytes, end.directorySize - position)
          (window, windowStart) = (ByteCursor(try source.read(at: dataEnd + position, count: count)), position)
        }
        let member = try ZipMember(parsing: &window, directoryOffset: dataEnd + windowStart)
        guard byName.updateValue(index, forKey: member.name) == nil else {
          throw ZipFault.duplicateName(member.name)
        }
        members.append(member)
      }
      guard windowStart + window.offset == end.directorySize else {
        throw ZipFault.badEndRecord("bytes left over in the directory")
      }
    } catch let fault as any FileFault {
      throw FileError(path: source.path, place: "zip directory", fault: fault)
    }
    (self.members, self.byName) = (members, byName)
    ends = try Self.checkedEnds(members, dataEnd: dataEnd, path: source.path)
    try checkExpansion()
  }

  /// The same archive, read from `source`, which has the same bytes.
  func reading(_ source: ByteSource) -> ZipArchive {
    var archive = self
    archive.source = source
    return archive
  }

  func member(named name: String) -> ZipMember? { byName[name].map { members[$0] } }

  /// Where the record behind each member begins: the next member's, or the directory.
  ///
  /// Refuses members that share bytes: the means by which a small archive unpacks to petabytes.
  private static func checkedEnds(_ members: [ZipMember], dataEnd: Int, path: String) throws -> [Int] {
    let inOrder = members.indices.sorted { members[$0].headerOffset < members[$1].headerOffset }
    var ends = [Int](repeating: dataEnd, count: members.count)
    for (i, index) in inOrder.enumerated() {
      let member = members[index]
      let (dataStart, overflow1) = member.headerOffset.addingReportingOverflow(
        ZipMember.localHeaderSize + member.name.utf8.count)
      let (end, overflow2) = dataStart.addingReportingOverflow(member.compressedSize)
      guard !overflow1, !overflow2, end <= dataEnd else {
        throw FileError(path: path, place: member.name, fault: ZipFault.pastEnd)
      }
      if i + 1 < inOrder.count {
        let next = members[inOrder[i + 1]]
        guard end <= next.headerOffset else {
          throw FileError(path: path, place: member.name, fault: ZipFault.overlap(with: next.name))
        }
        ends[index] = next.headerOffset
      }
    }
    return ends
  }

  /// Refuses what is harmless member by member and not in all.
  private func checkExpansion() throws {
    let sizes = members.filter(\.isDeflated).reduce((inflated: 0, deflated: 0)) {
      // No overflow: members share no bytes, and none expands more than 1032 times.
      ($0.inflated + $1.uncompressedSize, $0.deflated + $1.compressedSize)
    }
    guard ZipMember.isHarmless(inflated: sizes.inflated, deflated: sizes.deflated) else {
      let fault = ZipFault.expansion(declared: sizes.inflated, compressed: sizes.deflated)
      throw FileError(path: source.path, place: "all members", fault: fault)
    }
  }

  /// Where the data of `member` begin, after its local header was checked against the directory.
  func dataOffset(of member: ZipMember) throws -> Int {
    do {
      var cursor = ByteCursor(try source.read(at: member.headerOffset, count: ZipMember.localHeaderSize))
      guard try cursor.integer(UInt32.self) == 0x0403_4b50 else {
        throw ZipFault.badRecord(offset: member.headerOffset)
      }
      _ = try cursor.take(2)
      let flags: UInt16 = try cursor.integer()
      guard flags & ZipMember.encryptionFlags == 0 else { throw ZipFault.encrypted }
      guard try cursor.integer(UInt16.self) == (member.isDeflated ? 8 : 0) else {
        throw ZipFault.localDisagrees("compression method")
      }
      _ = try cursor.take(4)
      let checksum: UInt32 = try cursor.integer()
      // Zero: it is in the descriptor behind the data, or was left out.
      guard checksum == member.checksum || checksum == 0 else { throw ZipFault.localDisagrees("CRC-32") }
      let (compressed, uncompressed): (UInt32, UInt32) = (try cursor.integer(), try cursor.integer())
      let (nameLength, extraLength): (UInt16, UInt16) = (try cursor.integer(), try cursor.integer())
      for (local, central) in [(compressed, member.compressedSize), (uncompressed, member.uncompressedSize)] {
        // All ones: the size is in the zip64 field. Zero: it is in the descriptor behind the data.
        let isElsewhere = local == .max || (member.hasDescriptor && local == 0)
        guard isElsewhere || Int(local) == central else { throw ZipFault.localDisagrees("size") }
      }
      let nameOffset = member.headerOffset + ZipMember.localHeaderSize
      let name = try source.read(at: nameOffset, count: min(Int(nameLength), source.size - nameOffset))
      guard name == Array(member.name.utf8) else { throw ZipFault.localDisagrees("name") }
      let dataOffset = nameOffset + Int(nameLength) + Int(extraLength)
      let end = byName[member.name].map { ends[$0] } ?? dataEnd
      guard dataOffset + member.compressedSize <= end else { throw ZipFault.pastEnd }
      return dataOffset
    } catch let fault as any FileFault {
      throw FileError(path: source.path, place: member.name, fault: fault)
    }
  }
}
