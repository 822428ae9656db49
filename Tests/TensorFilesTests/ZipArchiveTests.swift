import Files
import TensorFiles
import TestSupport
import Testing

@Suite struct ZipArchiveTests {
  private let folder: TemporaryFolder
  private let array = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", floatBytes([1, 2]))

  init() throws { folder = try TemporaryFolder() }

  private func read(_ bytes: [UInt8]) throws -> [Double] {
    let file = try TensorFile(path: try folder.write(bytes, to: "x.npz"))
    return try file.tensors.flatMap { try file.read($0) }
  }

  private func complaint(_ bytes: [UInt8]) throws -> String {
    let error = #expect(throws: FileError.self) { try read(bytes) }
    return "\(try #require(error))"
  }

  @Test func aCommentThatQuotesAnEndRecordIsAComment() throws {
    var archive = ZipBuilder([.init("a.npy", array)])
    archive.comment = ZipBuilder([]).bytes + [0x21]
    #expect(try read(archive.bytes) == [1, 2])
  }

  @Test func zip64FieldsAreFollowedAndChecked() throws {
    var archive = ZipBuilder([.init("a.npy", array), .init("b.npy", array)])
    archive.isZip64 = true
    #expect(try read(archive.bytes) == [1, 2, 1, 2])
    // The locator lies before the end record; one that points past the end is named.
    var broken = archive.bytes
    broken.replaceSubrange(broken.count - 22 - 12..<broken.count - 22 - 4, with: littleEndian(1 << 40, bytes: 8))
    #expect(try complaint(broken).contains("points past the end"))
  }

  @Test func refusesWhatIsCutShort() throws {
    let bytes = ZipBuilder([.init("a.npy", array)]).bytes
    for length in [4, 40, bytes.count - 30, bytes.count - 1] {
      #expect(try complaint(Array(bytes.prefix(length))).contains("zip"))
    }
  }

  @Test func refusesMembersThatLie() throws {
    let whole = ZipBuilder.Member("a.npy", array)
    func broken(_ change: (inout ZipBuilder.Member) -> Void) -> [UInt8] {
      var member = whole
      change(&member)
      return ZipBuilder([member]).bytes
    }
    #expect(try complaint(broken { $0.localName = "b.npy" }).contains("disagree on the name"))
    #expect(try complaint(broken { $0.offset = 1_000_000 }).contains("past the archive's data"))
    #expect(try complaint(broken { $0.offset = 3 }).contains("past the archive's data"))
    #expect(try complaint(broken { $0.flags = 1 }).contains("encrypted"))
    #expect(try complaint(broken { $0.method = 12 }).contains("method 12"))
    #expect(try complaint(broken { $0.size = 5 }).contains("stored size"))
    #expect(try complaint(broken { $0.name = "../a.npy" }).contains("leaves its folder"))
    #expect(try complaint(broken { $0.name = "/a.npy" }).contains("leaves its folder"))
    #expect(try complaint(broken { $0.localChecksum = 7 }).contains("disagree on the CRC-32"))
    #expect(try complaint(broken { $0.localExtra = 9 }).contains("past the archive's data"))
    let shifted = whole.with { $0.localExtra = 20 }
    #expect(try complaint(ZipBuilder([shifted, .init("b.npy", array)]).bytes).contains("into the next member"))
    #expect(try complaint(ZipBuilder([whole, whole]).bytes).contains("two members"))
    var other = ZipBuilder.Member("b.npy", array)
    other.offset = 10
    #expect(try complaint(ZipBuilder([whole, other]).bytes).contains("overlaps"))
  }

  @Test func aDeflateBombIsNotInflated() throws {
    var bomb = ZipBuilder.Member("a.npy", [0x4B, 0x4C, 0x04, 0x00])
    (bomb.method, bomb.size) = (8, 1 << 31)
    #expect(try complaint(ZipBuilder([bomb]).bytes).contains("cannot inflate"))
  }

  /// The member's bytes as zlib deflates them: a stored block, as RFC 1951 section 3.2.4 has it.
  private func deflated(_ bytes: [UInt8]) -> [UInt8] {
    let length = littleEndian(bytes.count, bytes: 2)
    return [1] + length + length.map { ~$0 } + bytes
  }

  @Test func aDeflatedArrayIsReadWholeAndInSlices() throws {
    var member = ZipBuilder.Member("a.npy", deflated(array))
    (member.method, member.size) = (8, array.count)
    let file = try TensorFile(path: try folder.write(ZipBuilder([member]).bytes, to: "d.npz"))
    #expect(try file.read(file.tensors[0]) == [1, 2])
    #expect(try file.read(file.tensors[0], [1..<2]) == [2])
    member.data[10] ^= 0xFF
    #expect(throws: FileError.self) { try read(ZipBuilder([member]).bytes) }
  }

  /// Slices forwards, backwards and across, of a member too long to be held: the reader goes on, or begins again.
  @Test func slicesOfALongDeflatedMemberAreThoseOfTheArray() throws {
    let (rows, columns) = (1200, 8192)
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    let long = npy(header, (0..<rows).flatMap { row in floatBytes([Float](repeating: Float(row), count: columns)) })
    // Stored blocks of at most 65,535 bytes (RFC 1951, section 3.2.4).
    var blocks: [UInt8] = []
    for start in stride(from: 0, to: long.count, by: 65_535) {
      let part = long[start..<min(start + 65_535, long.count)]
      let length = littleEndian(part.count, bytes: 2)
      blocks += [part.endIndex == long.count ? 1 : 0] + length + length.map { ~$0 } + part
    }
    var member = ZipBuilder.Member("a.npy", blocks)
    (member.method, member.size) = (8, long.count)
    let file = try TensorFile(path: try folder.write(ZipBuilder([member]).bytes, to: "long.npz"))
    for row in [0, 7, 1199, 3, 600] {
      #expect(try file.read(file.tensors[0], [row..<row + 1, 5..<7]) == [Double(row), Double(row)])
    }
    #expect(try file.read(file.tensors[0], [0..<rows, 8191..<8192]) == (0..<rows).map(Double.init))
    #expect(try file.read(file.tensors[0]).suffix(2) == [1199, 1199])
  }

  @Test func aStatedChecksumIsVerifiedAndAnAbsentOneIsNot() throws {
    let pickle = PickleBuilder().op("}").stopped
    var member = ZipBuilder.Member("archive/data.pkl", pickle)
    #expect(try read(ZipBuilder([member]).bytes) == [])
    member.checksum = 1
    #expect(try complaint(ZipBuilder([member]).bytes).contains("CRC-32"))
    var stored = ZipBuilder.Member("a.npy", array)
    stored.checksum = 1
    #expect(try complaint(ZipBuilder([stored]).bytes).contains("CRC-32"))
  }
}
