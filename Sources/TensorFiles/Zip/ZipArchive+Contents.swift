internal import CZlib
internal import Files

extension ZipArchive {
  /// The first `count` bytes of the content of `member`, or all of it if it is shorter.
  func start(of member: ZipMember, count: Int) throws -> [UInt8] {
    let count = min(count, member.uncompressedSize)
    guard member.isDeflated else { return try source.read(at: try dataOffset(of: member), count: count) }
    return try InflatingReader(member, in: self).read(at: 0, count: count)
  }

  /// The uncompressed content of `member` from byte `start` to its end; its CRC-32, which is of all of it, is verified
  /// where the archive states one.
  func contents(of member: ZipMember, from start: Int = 0) throws -> [UInt8] {
    let count = member.uncompressedSize - start
    if member.isDeflated { return try InflatingReader(member, in: self).read(at: start, count: count) }
    let offset = try dataOffset(of: member)
    let bytes = try source.read(at: offset + start, count: count)
    let found = checksumOf(bytes, after: try source.read(at: offset, count: start))
    guard member.checksum == 0 || found == member.checksum else {
      let fault = ZipFault.checksum(found: found, declared: member.checksum)
      throw FileError(path: source.path, place: member.name, fault: fault)
    }
    return bytes
  }
}

/// The CRC-32, as zip defines it, of `bytes` behind `first`.
private func checksumOf(_ bytes: [UInt8], after first: [UInt8]) -> UInt32 {
  let start = unsafe first.withUnsafeBufferPointer { unsafe crc32_z(0, $0.baseAddress, $0.count) }
  // Given no bytes at all, zlib begins anew.
  if bytes.isEmpty { return UInt32(truncatingIfNeeded: start) }
  return unsafe bytes.withUnsafeBufferPointer {
    UInt32(truncatingIfNeeded: unsafe crc32_z(start, $0.baseAddress, $0.count))
  }
}
