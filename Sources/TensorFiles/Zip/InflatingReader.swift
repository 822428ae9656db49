internal import CZlib
internal import Files

/// Reads the content of a deflated zip member forwards, as deflated data have no random access.
///
/// Going on from where it stands costs nothing extra; going back begins again. Memory does not grow with the member,
/// whose declared size a small archive could make a thousand times its own.
@safe final class InflatingReader {
  /// Bytes taken from the file, and passed over, at a time.
  private static let piece = 1 << 16

  let member: ZipMember
  private let source: ByteSource
  private let dataOffset: Int
  // zlib keeps a pointer back to the stream, which must stay where it is.
  private let stream: UnsafeMutablePointer<z_stream>
  private var input: [UInt8] = []
  private var used = 0
  private var consumed = 0
  private var position = 0
  private var checksum: UInt = 0

  /// A reader at the first byte.
  ///
  /// - Throws: `FileError` if the member's local header and the central directory disagree.
  init(_ member: ZipMember, in archive: ZipArchive) throws {
    (self.member, source) = (member, archive.source)
    unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe persona_inflate_init_raw(stream) == Z_OK else {
      unsafe stream.deallocate()
      throw FileError(path: archive.source.path, place: member.name, fault: ZipFault.inflate("zlib did not start"))
    }
    do {
      dataOffset = try archive.dataOffset(of: member)
    } catch {
      _ = unsafe inflateEnd(stream)
      unsafe stream.deallocate()
      throw error
    }
  }

  deinit {
    _ = unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// The `count` bytes of the content at `offset`; once the last byte was read, the CRC-32 of all of it is verified.
  func read(at offset: Int, count: Int) throws -> [UInt8] {
    precondition(offset >= 0 && count >= 0 && offset + count <= member.uncompressedSize, "outside the member")
    do {
      if offset < position { try restart() }
      var passed = [UInt8](repeating: 0, count: min(Self.piece, offset - position))
      while position < offset { try advance(&passed, count: min(Self.piece, offset - position)) }
      var output = [UInt8](repeating: 0, count: count)
      if count > 0 { try advance(&output, count: count) }
      return output
    } catch let fault as any FileFault {
      throw FileError(path: source.path, place: member.name, fault: fault)
    }
  }

  private func restart() throws {
    guard unsafe inflateReset(stream) == Z_OK else { throw ZipFault.inflate("zlib did not start again") }
    (input, used, consumed, position, checksum) = ([], 0, 0, 0, 0)
  }

  /// Inflates the next `count` bytes to the start of `output`.
  private func advance(_ output: inout [UInt8], count: Int) throws {
    var done = 0
    while done < count {
      let hasEnded = try step(&output, to: count, &done)
      if hasEnded, done < count { throw ZipFault.inflate("they do not give the declared size") }
    }
    checksum = unsafe output.withUnsafeBufferPointer { unsafe crc32_z(checksum, $0.baseAddress, count) }
    position += count
    if position == member.uncompressedSize { try finish() }
  }

  /// One call of zlib, which fills `output` from `done` up to `end` at most; true at the end of the stream.
  private func step(_ output: inout [UInt8], to end: Int, _ done: inout Int) throws -> Bool {
    if used == input.count {
      let count = min(Self.piece, member.compressedSize - consumed)
      (input, used) = (try source.read(at: dataOffset + consumed, count: count), 0)
      consumed += count
    }
    // zlib counts in 32 bits.
    let (start, room) = (done, min(end - done, 1 << 30))
    let status = unsafe input.withUnsafeMutableBufferPointer { given in
      unsafe output.withUnsafeMutableBufferPointer { taken in
        unsafe stream.pointee.next_in = given.baseAddress.map { unsafe $0 + used }
        unsafe stream.pointee.avail_in = UInt32(given.count - used)
        unsafe stream.pointee.next_out = taken.baseAddress.map { unsafe $0 + start }
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe inflate(stream, Z_NO_FLUSH)
      }
    }
    used = input.count - Int(unsafe stream.pointee.avail_in)
    done = start + room - Int(unsafe stream.pointee.avail_out)
    guard status == Z_OK || status == Z_STREAM_END else {
      throw ZipFault.inflate(status == Z_BUF_ERROR ? "they do not give the declared size" : "zlib status \(status)")
    }
    return status == Z_STREAM_END
  }

  /// Throws unless the stream ends here, with its last byte, and its checksum is the one stated.
  private func finish() throws {
    // zlib may have to read on to see that it is at the end.
    var (more, done) = ([0] as [UInt8], 0)
    var hasEnded = false
    while !hasEnded {
      hasEnded = try step(&more, to: 1, &done)
      guard done == 0 else { throw ZipFault.inflate("they give more than the declared size") }
    }
    guard used == input.count, consumed == member.compressedSize else {
      throw ZipFault.inflate("they end before the member does")
    }
    let found = UInt32(truncatingIfNeeded: checksum)
    guard member.checksum == 0 || found == member.checksum else {
      throw ZipFault.checksum(found: found, declared: member.checksum)
    }
  }
}
