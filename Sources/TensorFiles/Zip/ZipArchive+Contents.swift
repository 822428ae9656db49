internal import CZlib

extension ZipArchive {
  /// The first `count` bytes of the content of `member`, or all of it if it is shorter.
  func start(of member: ZipMember, count: Int) throws -> [UInt8] {
    let offset = try dataOffset(of: member)
    let count = min(count, member.uncompressedSize)
    guard member.isDeflated else { return try source.read(at: offset, count: count) }
    do {
      // Incompressible data grow by a few bytes a block; the slack covers that and the block headers.
      let needed = min(member.compressedSize, 2 * count + 1024)
      return try inflated(try source.read(at: offset, count: needed), size: count, isWhole: false)
    } catch let fault as any FileFault {
      throw FileError(path: source.path, place: member.name, fault: fault)
    }
  }

  /// The whole uncompressed content of `member`; its CRC-32 is verified where the archive states one.
  func contents(of member: ZipMember) throws -> [UInt8] {
    let offset = try dataOffset(of: member)
    do {
      let bytes: [UInt8]
      if member.isDeflated {
        bytes = try inflated(
          try source.read(at: offset, count: member.compressedSize), size: member.uncompressedSize, isWhole: true)
      } else {
        bytes = try source.read(at: offset, count: member.compressedSize)
      }
      let found = checksumOf(bytes)
      guard member.checksum == 0 || found == member.checksum else {
        throw ZipFault.checksum(found: found, declared: member.checksum)
      }
      return bytes
    } catch let fault as any FileFault {
      throw FileError(path: source.path, place: member.name, fault: fault)
    }
  }

  /// The first `size` bytes that `compressed` inflates to; all that it does, if `isWhole`.
  private func inflated(_ compressed: [UInt8], size: Int, isWhole: Bool) throws -> [UInt8] {
    var (compressed, output) = (compressed, [UInt8](repeating: 0, count: size))
    var stream = unsafe z_stream()
    guard unsafe persona_inflate_init_raw(&stream) == Z_OK else { throw ZipFault.inflate("zlib did not start") }
    defer { _ = unsafe inflateEnd(&stream) }
    // zlib counts in 32 bits, so long members are handed over in pieces.
    let piece = 1 << 30
    let status = unsafe compressed.withUnsafeMutableBytes { input in
      unsafe output.withUnsafeMutableBytes { result in
        var (consumed, produced, status) = (0, 0, Z_OK)
        while status == Z_OK, isWhole || produced < result.count {
          let (given, room) = (min(piece, input.count - consumed), min(piece, result.count - produced))
          unsafe stream.next_in = input.baseAddress.map { unsafe ($0 + consumed).assumingMemoryBound(to: UInt8.self) }
          unsafe stream.next_out = result.baseAddress.map {
            unsafe ($0 + produced).assumingMemoryBound(to: UInt8.self)
          }
          unsafe (stream.avail_in, stream.avail_out) = (UInt32(given), UInt32(room))
          status = unsafe inflate(&stream, Z_NO_FLUSH)
          consumed += given - Int(unsafe stream.avail_in)
          produced += room - Int(unsafe stream.avail_out)
        }
        if status == Z_STREAM_END, consumed != input.count || produced != result.count { return Z_BUF_ERROR }
        return status
      }
    }
    guard status == Z_STREAM_END || (!isWhole && status == Z_OK) else {
      throw ZipFault.inflate(status == Z_BUF_ERROR ? "they do not give the declared size" : "zlib status \(status)")
    }
    return output
  }
}

/// The CRC-32 of `bytes` as zip defines it.
func checksumOf(_ bytes: [UInt8]) -> UInt32 {
  unsafe bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: unsafe crc32_z(0, $0.baseAddress, $0.count)) }
}
