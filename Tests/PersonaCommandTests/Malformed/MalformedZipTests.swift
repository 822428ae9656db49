import Foundation
import TestSupport
import Testing

/// One case for each way in which a zip archive can disagree with itself, hide something, or ask for everything.
@Suite(.serialized) struct MalformedZipTests {
  private static let array = array(of: [1, 2])
  private static let whole = ZipBuilder.Member("a.npy", array)

  private static func array(of values: [Float], type: String = "<f4") -> [UInt8] {
    npy("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(values.count),), }", floatBytes(values))
  }

  private static func malformed(_ item: String, _ bytes: [UInt8], says words: String..., reading tensor: String? = nil)
    -> MalformedFile
  {
    var file = MalformedFile(item, as: "x.npz", bytes, says: words.joined(separator: ", "))
    file.tensor = tensor
    return file
  }

  /// An archive of one member after `change`.
  private static func changed(
    _ item: String, says words: String, reading tensor: String? = nil, _ change: (inout ZipBuilder.Member) -> Void
  ) -> MalformedFile {
    malformed(item, ZipBuilder([whole.with(change)]).bytes, says: words, reading: tensor)
  }

  private static func endRecord(count: Int, size: Int, offset: Int) -> [UInt8] {
    [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + littleEndian(count, bytes: 2) + littleEndian(count, bytes: 2)
      + littleEndian(size, bytes: 4) + littleEndian(offset, bytes: 4) + [0, 0]
  }

  /// An archive of two zip64 members, with `value` in the last 22 + `back` bytes.
  private static func zip64(_ value: Int, back: Int) -> [UInt8] {
    var archive = ZipBuilder([whole, .init("b.npy", array)])
    archive.isZip64 = true
    var bytes = archive.bytes
    bytes.replaceSubrange(bytes.count - 22 - back..<bytes.count - 22 - back + 8, with: littleEndian(value, bytes: 8))
    return bytes
  }

  /// How far before the end record the zip64 fields stand.
  private static let (locatorOffset, recordCount, directoryOffset) = (12, 20 + 24, 20 + 8)

  /// An archive in whose comment lies the end record of an empty one.
  private static let twoEnds: [UInt8] = {
    var archive = ZipBuilder([whole])
    archive.comment = endRecord(count: 0, size: 0, offset: archive.bytes.count)
    return archive.bytes
  }()

  static let ends = [
    malformed("no end record", Array(ZipBuilder([whole]).bytes.dropLast(22)), says: "no end-of-archive record"),
    malformed("no end record (four bytes in all)", [0x50, 0x4B, 3, 4], says: "no end-of-archive record"),
    malformed("no end record (cut in the data)", Array(ZipBuilder([whole]).bytes.prefix(60)), says: "cut short"),
    malformed("end record cut", Array(ZipBuilder([whole]).bytes.dropLast()), says: "no end-of-archive record"),
    malformed("end record inside the comment", twoEnds, says: "its comment holds another one"),
    malformed(
      "end record that points past the end", [0x50, 0x4B, 3, 4] + endRecord(count: 1, size: 46, offset: 0xFFFF_0000),
      says: "the directory does not end where the record begins"),
    malformed(
      "end record that points at itself", endRecord(count: 1, size: 22, offset: 0), says: "does not end where"),
    malformed(
      "end record of more members than there are",
      [0x50, 0x4B, 3, 4] + endRecord(count: 2, size: 0, offset: 4), says: "zip directory"),
    malformed("zip64 locator past the end", zip64(1 << 40, back: locatorOffset), says: "its zip64 locator points past"),
    malformed("zip64 locator far past the end", zip64(-1, back: locatorOffset), says: "is too large"),
    malformed(
      "zip64 locator to no record", zip64(0, back: locatorOffset), says: "no zip record where one should start"),
    malformed("zip64 directory past the end", zip64(1 << 40, back: directoryOffset), says: "does not end where"),
    malformed("zip64 directory that overflows", zip64(.max, back: directoryOffset), says: "does not end where"),
    malformed("zip64 counts that differ", zip64(3, back: recordCount), says: "it spans several disks"),
  ]

  static let members = [
    changed("central and local name disagree", says: "disagree on the name") { $0.localName = "b.npy" },
    changed("central and local name disagree (a longer one)", says: "on the name") { $0.localName = "a.npy.npy" },
    changed("central and local size disagree", says: "disagree on the size") { $0.localSize = 5 },
    changed("central and local method disagree", says: "disagree on the compression method") { $0.localMethod = 8 },
    changed("stored size and size disagree", says: "disagree on the stored size") { $0.size = 5 },
    changed("offset past the end", says: "a.npy: the member extends past the archive's data") {
      $0.offset = 1_000_000
    },
    changed("offset past the data by three bytes", says: "extends past the archive's data") { $0.offset = 3 },
    malformed(
      "overlapping entries",
      ZipBuilder([whole, ZipBuilder.Member("b.npy", array).with { $0.offset = 10 }]).bytes, says: "the member overlaps"
    ),
    malformed(
      "overlapping entries (one for two names)",
      ZipBuilder([whole, ZipBuilder.Member("b.npy", array).with { $0.offset = 0 }]).bytes, says: "the member overlaps"),
    malformed("duplicate names", ZipBuilder([whole, whole]).bytes, says: "two members are named 'a.npy'"),
    changed("`../` name", says: "the member name '../a.npy' is absolute or leaves its folder") { $0.name = "../a.npy" },
    changed("`../` name within", says: "leaves its folder") { $0.name = "a/../../b.npy" },
    changed("absolute name", says: "the member name '/etc/a.npy' is absolute") { $0.name = "/etc/a.npy" },
    changed("name with backslashes", says: "is absolute or leaves its folder") { $0.name = #"..\a.npy"# },
    changed("name with a zero", says: "is absolute or leaves its folder") { $0.name = "a\0.npy" },
    changed("encrypted flag", says: "the member is encrypted; save it without a password") { $0.flags = 1 },
    changed("strong encryption flag", says: "the member is encrypted") { $0.flags = 1 << 6 },
    changed("unread method", says: "compression method 12; only stored and deflated") { $0.method = 12 },
    changed("wrong CRC (error where present)", says: "its CRC-32 is", reading: "a") { $0.checksum = 1 },
    malformed(
      "wrong CRC of a deflated member",
      ZipBuilder([ZipBuilder.Member(deflating: array, as: "a.npy").with { $0.checksum = 1 }]).bytes,
      says: "a.npy: its CRC-32 is", reading: "a"),
    MalformedFile(
      "wrong CRC of a pickle", as: "x.pt",
      ZipBuilder([ZipBuilder.Member("archive/data.pkl", PickleBuilder().op("}").stopped).with { $0.checksum = 1 }])
        .bytes,
      says: "archive/data.pkl: its CRC-32 is"),
  ]

  /// An array of `count` bytes of zeros.
  private static func zeros(_ count: Int) -> [UInt8] {
    npy("{'descr': '|u1', 'fortran_order': False, 'shape': (\(count),), }", [UInt8](repeating: 0, count: count))
  }

  private static func bomb(_ item: String, says words: String, _ change: (inout ZipBuilder.Member) -> Void = { _ in })
    -> MalformedFile
  {
    let member = ZipBuilder.Member(deflating: zeros(100 << 20), as: "a.npy").with(change)
    return malformed(item, ZipBuilder([member]).bytes, says: words, reading: "a")
  }

  static let bombs = [
    bomb("deflate bomb (100 MB in 100 kB, honestly declared)", says: "refuses to inflate"),
    bomb("deflate bomb (a declared size far beyond)", says: "cannot inflate to the declared") { $0.size = 1 << 31 },
    bomb("deflate bomb (inflates beyond its declared size)", says: "a.npy: it has") { $0.size = 4096 },
    malformed(
      "deflate bomb (inflates beyond its declared size, of which its header knows)",
      ZipBuilder([
        ZipBuilder.Member(deflating: array(of: [1, 2]) + [UInt8](repeating: 0, count: 100 << 20), as: "a.npy")
          .with { $0.size = array(of: [1, 2]).count }
      ]).bytes, says: "its compressed data are damaged: they give more than the declared size", reading: "a"),
    malformed(
      "deflated data that end before the declared size",
      ZipBuilder([
        ZipBuilder.Member(deflating: array.dropLast(4), as: "a.npy").with { $0.size = array.count }
      ]).bytes, says: "its compressed data are damaged", reading: "a"),
    malformed(
      "deflated data that are none",
      ZipBuilder([
        ZipBuilder.Member(deflating: array, as: "a.npy").with { $0.data = [UInt8](repeating: 0xFF, count: 80) }
      ]).bytes, says: "its compressed data are damaged", reading: "a"),
    malformed(
      "deflate bomb (of sixty members, each harmless)",
      {
        let member = ZipBuilder.Member(deflating: zeros((16 << 20) - 128), as: "")
        return ZipBuilder((0..<60).map { number in member.with { $0.name = "\(number).npy" } }).bytes
      }(), says: "all members: refuses to inflate"),
    MalformedFile(
      "deflate bomb of a pickle", as: "x.pt",
      ZipBuilder([
        .init(
          deflating: PickleBuilder().raw([UInt8](repeating: 0x4E, count: 100 << 20)).stopped, as: "archive/data.pkl")
      ]).bytes, says: "refuses to inflate"),
  ]

  @Test(arguments: ends) func refusesEnds(file: MalformedFile) throws { try file.expectRefusal() }

  @Test(arguments: members) func refusesMembers(file: MalformedFile) throws { try file.expectRefusal() }

  @Test(arguments: bombs) func refusesBombs(file: MalformedFile) throws { try file.expectRefusal() }

  /// Of a claimed directory nothing is there; of a hollow one its size alone; the real one is real.
  @Test(arguments: ["claimed", "hollow", "real"]) func fiveMillionEntriesAreNotRead(directory: String) throws {
    let (count, recordSize) = (5_000_000, 46 + 7)
    let folder = try TemporaryFolder()
    let start = ZipBuilder([Self.whole]).bytes.prefix(62)
    let size = directory == "claimed" ? 0 : count * recordSize
    let end = ZipBuilder.zip64End(count: count, directorySize: size, directoryOffset: start.count)
    var path = ""
    if directory == "real" {
      // Ten thousand records at a time, each with a name of its own.
      var written = -1
      path = try folder.write(
        pieces: {
          written += 1
          if written == 0 { return Array(start) }
          let first = (written - 1) * 10_000
          return first < count ? Self.records(first..<first + 10_000) : first == count ? end : nil
        }, to: "x.npz")
    } else {
      path = try folder.writeSparse(
        [(0, Array(start)), (start.count + size, end)], size: start.count + size + end.count, to: "x.npz")
    }
    try expectRefused(fileAt: path, saying: ["5000000 members; at most 1048576 are read"], in: folder)
  }

  /// Directory records of stored, empty members, named by their numbers.
  private static func records(_ numbers: Range<Int>) -> [UInt8] {
    let template: [UInt8] =
      [0x50, 0x4B, 1, 2, 20, 0, 20, 0] + [UInt8](repeating: 0, count: 20) + [7, 0] + [UInt8](repeating: 0, count: 16)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(numbers.count * 53)
    for number in numbers {
      bytes += template
      var divisor = 1_000_000
      while divisor > 0 {
        bytes.append(UInt8(0x30 + number / divisor % 10))
        divisor /= 10
      }
    }
    return bytes
  }

  /// One member, and a directory that is said to be as long as one may be.
  @Test func aHollowDirectoryIsNotHeldInMemory() throws {
    let folder = try TemporaryFolder()
    let start = ZipBuilder([Self.whole]).bytes.prefix(62)
    let size = 1 << 28
    for count in [1, 1 << 20] {
      let end = ZipBuilder.zip64End(count: count, directorySize: size, directoryOffset: start.count)
      let path = try folder.writeSparse(
        [(0, Array(start)), (start.count, Self.records(0..<1)), (start.count + size, end)],
        size: start.count + size + end.count, to: "\(count).npz")
      try expectRefused(fileAt: path, saying: ["zip"], in: folder)
    }
  }

  @Test(arguments: [
    UnusualFile("zero CRC (accept)", as: "x.npz", ZipBuilder([whole]).bytes, tensor: "a", holds: [1, 2]),
    UnusualFile(
      "zero CRC of a deflated member (accept)", as: "x.npz", ZipBuilder([.init(deflating: array, as: "a.npy")]).bytes,
      tensor: "a", holds: [1, 2]),
    UnusualFile(
      "a comment that quotes the signature of an end record", as: "x.npz", commented([0x50, 0x4B, 5, 6]), tensor: "a",
      holds: [1, 2]),
    UnusualFile(
      "a comment as long as they get", as: "x.npz", commented([UInt8](repeating: 0x50, count: 0xFFFF)), tensor: "a",
      holds: [1, 2]),
  ])
  func reads(file: UnusualFile) throws { try file.expectValues() }

  private static func commented(_ comment: [UInt8]) -> [UInt8] {
    var archive = ZipBuilder([whole])
    archive.comment = comment
    return archive.bytes
  }
}
