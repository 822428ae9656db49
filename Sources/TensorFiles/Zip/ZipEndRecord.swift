internal import Files
internal import Glibc

/// Where a zip archive's central directory lies: the end record, or its zip64 form (APPNOTE 4.3.14 to 4.3.16).
struct ZipEndRecord {
  let count: Int
  let directorySize: Int
  let directoryOffset: Int

  private static let size = 22
  private static let locatorSize = 20
  private static let longestComment = 0xFFFF

  init(_ source: ByteSource) throws {
    do {
      let start = max(0, source.size - Self.size - Self.longestComment - Self.locatorSize)
      let tail = try source.read(at: start, count: source.size - start)
      let at = try Self.find(in: tail)
      var cursor = ByteCursor(tail, at: at + 4)
      let (disk, directoryDisk): (UInt16, UInt16) = (try cursor.integer(), try cursor.integer())
      let (here, total): (UInt16, UInt16) = (try cursor.integer(), try cursor.integer())
      let (size, offset): (UInt32, UInt32) = (try cursor.integer(), try cursor.integer())
      guard disk == directoryDisk, here == total else { throw ZipFault.badEndRecord("it spans several disks") }
      var (found, recordOffset) = ((Int(total), Int(size), Int(offset)), start + at)
      if let wide = try Self.zip64(source, tail: tail, endRecord: at) {
        for (narrow, limit, value) in [
          (found.0, 0xFFFF, wide.count), (found.1, 0xFFFF_FFFF, wide.size), (found.2, 0xFFFF_FFFF, wide.offset),
        ] where narrow != limit && narrow != value {
          throw ZipFault.badEndRecord("its zip64 form says otherwise")
        }
        found = (wide.count, wide.size, wide.offset)
        recordOffset = wide.at
      }
      (count, directorySize, directoryOffset) = found
      let (end, overflow) = directoryOffset.addingReportingOverflow(directorySize)
      guard !overflow, end == recordOffset else {
        throw ZipFault.badEndRecord("the directory does not end where the record begins")
      }
    } catch let fault as any FileFault {
      throw FileError(path: source.path, place: "zip end record", fault: fault)
    }
  }

  /// The index in `tail` of the end record: the signature whose comment ends with the file.
  ///
  /// Where two do, one lies in the comment of the other: readers differ in which they take, so what the archive holds
  /// depends on the reader.
  private static func find(in tail: [UInt8]) throws -> Int {
    guard tail.count >= size else { throw ZipFault.noEndRecord }
    var (found, next) = (nil as Int?, 0)
    while let at = first(0x50, in: tail, next..<tail.count - size + 1) {
      if tail[at + 1] == 0x4B, tail[at + 2] == 5, tail[at + 3] == 6,
        at + size + Int(tail[at + 20]) + Int(tail[at + 21]) << 8 == tail.count
      {
        guard found == nil else { throw ZipFault.badEndRecord("its comment holds another one") }
        found = at
      }
      next = at + 1
    }
    guard let found else { throw ZipFault.noEndRecord }
    return found
  }

  /// The first place of `byte` in `bytes` within `range`. By the C library, which looks at many bytes at once: every file that is opened is
  /// searched.
  private static func first(_ byte: UInt8, in bytes: [UInt8], _ range: Range<Int>) -> Int? {
    if range.isEmpty { return nil }
    return unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let found = unsafe memchr(base + range.lowerBound, Int32(byte), range.count)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  private static func zip64(
    _ source: ByteSource, tail: [UInt8], endRecord: Int
  ) throws -> (count: Int, size: Int, offset: Int, at: Int)? {
    guard endRecord >= locatorSize else { return nil }
    var locator = ByteCursor(tail, at: endRecord - locatorSize)
    guard try locator.integer(UInt32.self) == 0x0706_4b50 else { return nil }
    _ = try locator.take(4)
    let at = try locator.size64()
    let recordSize = 56
    guard at >= 0, at <= source.size - recordSize else {
      throw ZipFault.badEndRecord("its zip64 locator points past the end")
    }
    var cursor = ByteCursor(try source.read(at: at, count: recordSize))
    guard try cursor.integer(UInt32.self) == 0x0606_4b50 else { throw ZipFault.badRecord(offset: at) }
    _ = try cursor.take(20)
    let (here, total) = (try cursor.size64(), try cursor.size64())
    guard here == total else { throw ZipFault.badEndRecord("it spans several disks") }
    return (total, try cursor.size64(), try cursor.size64(), at)
  }
}
