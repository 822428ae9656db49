import Files
import TensorFiles
import TestSupport
import Testing

/// Files of `torch.save` before 1.6, built as `_legacy_save` lays them out.
@Suite struct LegacyTorchTests {
  private let magic: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]

  private func legacy(
    _ object: PickleBuilder, keys: [String], _ storages: [(count: Int, bytes: [UInt8])], version: Int = 1001,
    isLittleEndian: Bool = true
  ) -> [UInt8] {
    let system = PickleBuilder().op("}(").string("protocol_version").integer(1001).string("little_endian")
      .raw([isLittleEndian ? 0x88 : 0x89]).op("u")
    let list = keys.reduce(PickleBuilder().op("](")) { $0.string($1) }.op("e")
    let data = storages.flatMap { littleEndian($0.count, bytes: 8) + $0.bytes }
    return magic + PickleBuilder().integer(version).stopped + system.stopped + object.stopped + list.stopped + data
  }

  private func complaint(_ bytes: [UInt8]) throws -> String {
    "\(try #require(#expect(throws: FileError.self) { try TensorFile(bytes: bytes, name: "old.pt") }))"
  }

  private let two = PickleBuilder().op("}(").string("a")
    .tensor(key: "94", count: 3, offset: 1, shape: [2], strides: [1]).string("b")
    .tensor(key: "7", storage: "BFloat16Storage", count: 2, shape: [2, 1], strides: [1, 1]).string("t").string("x")
    .op("u")
  private let storages = [(3, floatBytes([1, 2, 3])), (2, [0xC0, 0x3F, 0x00, 0xC0] as [UInt8])]

  @Test func tensorsLieBehindThePickles() throws {
    let file = try TensorFile(bytes: legacy(two, keys: ["94", "7"], storages), name: "old.pt")
    #expect(file.format == .legacyTorch && file.tensors.map(\.name) == ["a", "b"])
    #expect(try file.read(file.tensor(named: "a")) == [2, 3])
    #expect(try file.read(file.tensor(named: "b")) == [1.5, -2])
    #expect(file.metadata.map(\.value) == ["x"])
  }

  /// Longer than the first piece that is read of such a file.
  @Test func aLongPickleIsReadToItsEnd() throws {
    let object = (0..<20_000).reduce(PickleBuilder().op("](")) { $0.string("word number \($1)") }
    let file = try TensorFile(bytes: legacy(object.op("e"), keys: [], []), name: "old.pt")
    #expect(file.metadata.count == 20_000 && file.metadata.last?.value == "word number 19999")
  }

  @Test func refusesWhatDoesNotFit() throws {
    #expect(try complaint(legacy(two, keys: ["94", "7"], storages, version: 1000)).contains("other than 1001"))
    #expect(try complaint(legacy(two, keys: ["94", "7"], storages, isLittleEndian: false)).contains("big-endian"))
    #expect(try complaint(legacy(two, keys: ["94"], [storages[0]])).contains("storage '7', which is missing"))
    #expect(try complaint(legacy(two, keys: ["7", "94"], storages)).contains("3 elements, the pickle says 2"))
    #expect(try complaint(legacy(two, keys: ["94", "7", "9"], storages)).contains("no tensor uses storage '9'"))
    let whole = legacy(two, keys: ["94", "7"], storages)
    #expect(try complaint(Array(whole.dropLast())).contains("takes 4 bytes"))
    #expect(try complaint(Array(whole.dropLast(8))).contains("before storage '7'"))
    #expect(try complaint(whole + [0]).contains("1 bytes follow"))
    #expect(try complaint(Array(whole.prefix(40))).contains("before its STOP"))
    let call = PickleBuilder().global("posix", "system").string("true").raw([0x85]).op("R")
    #expect(try complaint(legacy(call, keys: [], [])).contains("refuses to call posix.system"))
  }
}
