import Files
import TensorFiles
import TestSupport
import Testing

/// Pickles that would run code, exhaust memory or the stack, or lie.
@Suite struct HostilePickleTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func complaint(_ pickle: [UInt8], _ storages: [String: [UInt8]] = [:]) throws -> String {
    let path = try folder.write(torchFile(pickle, storages: storages), to: "evil.pt")
    let error = #expect(throws: FileError.self) {
      let file = try TensorFile(path: path)
      for tensor in file.tensors { _ = try file.read(tensor) }
    }
    return "\(try #require(error))"
  }

  @Test func namesWhatItRefusesToCall() throws {
    let call = PickleBuilder().global("posix", "system").string("true").raw([0x85]).op("R")
    #expect(try complaint(call.stopped).contains("refuses to call posix.system"))
    let stacked = PickleBuilder().string("builtins").string("eval").raw([0x93])
    #expect(try complaint(stacked.stopped).contains("refuses to call builtins.eval"))
    let quantised = PickleBuilder().global("torch._utils", "_rebuild_qtensor")
    #expect(try complaint(quantised.stopped).contains("torch._utils._rebuild_qtensor"))
  }

  @Test(arguments: ["(iposix\nsystem\n", "\u{2}", "P0\n", "I01\n"]) func refusesOpcodesThatTensorsDoNotNeed(
    code: String
  ) throws {
    #expect(try complaint(PickleBuilder().op(code).stopped).contains("refuses pickle opcode"))
  }

  @Test func refusesToSetTheStateOfAnythingElse() throws {
    let pickle = PickleBuilder().integer(1).op("}b")
    #expect(try complaint(pickle.stopped).contains("refuses to set the state"))
  }

  @Test func survivesPicklesThatEndOrUnderflow() throws {
    #expect(try complaint(PickleBuilder().op("}").unfinished).contains("before its STOP"))
    #expect(try complaint(PickleBuilder().stopped).contains("empty stack"))
    #expect(try complaint(PickleBuilder().op("(0").stopped).contains("empty stack"))
    #expect(try complaint(PickleBuilder().op("t").stopped).contains("empty stack"))
    #expect(try complaint(PickleBuilder().op("h").raw([9]).stopped).contains("memo 9"))
    #expect(try complaint(PickleBuilder().op("X").raw([0xFF, 0xFF, 0xFF, 0xFF]).stopped).contains("268435456"))
    #expect(try complaint(PickleBuilder().raw([0x8A, 255]).stopped).contains("ends"))
  }

  /// Ten lists of ten mentions of the next: 10¹⁰ visits.
  @Test func refusesToVisitTheSameContainerForEver() throws {
    var pickle = PickleBuilder().integer(1).op("q").raw([0]).op("0")
    for level in 1...10 as ClosedRange<UInt8> {
      pickle = pickle.op("](")
      for _ in 0..<10 { pickle = pickle.op("h").raw([level - 1]) }
      pickle = pickle.op("eq").raw([level]).op("0")
    }
    #expect(try complaint(pickle.op("h").raw([10]).stopped).contains("refuses the pickle: over"))
  }

  @Test func keysNeitherNestNorMultiply() throws {
    var tuple = PickleBuilder().op("}").integer(1).raw([0x85])
    for _ in 0..<40 { tuple = tuple.op("q").raw([0]).op("h").raw([0, 0x86]) }
    #expect(try complaint(tuple.integer(1).op("s").stopped).contains("a dictionary key of nested tuples"))
    // One long key is part of every path below it.
    let long = PickleBuilder().op("}").string(String(repeating: "k", count: 400_000)).op("](")
    let many = (0..<1_000).reduce(long) { pickle, _ in pickle.integer(1) }
    #expect(try complaint(many.op("es").stopped).contains("bytes of names and text"))
  }

  @Test func aKeyOfManyPartsIsRefused() throws {
    var pickle = PickleBuilder().op("}").string(String(repeating: "k", count: 400_000)).op("q").raw([0]).op("0(")
    for _ in 0..<1_000 { pickle = pickle.op("h").raw([0]) }
    #expect(try complaint(pickle.op("t").integer(1).op("s").stopped).contains("over 16 parts of a key"))
  }

  /// A shape that the memo shares among tensors, each of which would keep a copy.
  @Test func aShapeOfMoreDimensionsThanATensorHasIsRefused() throws {
    let pickle = PickleBuilder().tensor(
      key: "0", count: 1, shape: [Int](repeating: 1, count: 65), strides: [Int](repeating: 1, count: 65))
    #expect(try complaint(pickle.stopped, ["0": floatBytes([1])]).contains("or more than 64"))
  }

  @Test(arguments: [
    ("N", 1 << 20, "values on the stack"), ("(", 1 << 20, "marks"), ("]", 1 << 18, "containers"),
    ("}", 1 << 18, "containers"),
  ])
  func whatAPickleMayHoldIsBounded(code: String, limit: Int, words: String) throws {
    let pickle = PickleBuilder().op(String(repeating: code, count: limit + 1))
    #expect(try complaint(pickle.stopped).contains("over \(limit) \(words)"))
  }

  @Test func aMemoNumberBeyondThePickleIsRefused() throws {
    let pickle = PickleBuilder().op("Nr").raw([0xFF, 0xFF, 0xFF, 0xFF])
    #expect(try complaint(pickle.stopped).contains("memo entries"))
  }

  /// Rows that lie over one another, in a storage too large to be inflated at once.
  @Test func overlappingRowsOfDeflatedDataAreRefused() throws {
    let (count, rows, stride) = (9_000_000, 1_000, 8_400)
    var (content, state) = ([UInt8](repeating: 0, count: 4 * count), UInt32(1))
    // Some entropy, as all zeros would be refused as a bomb.
    for i in Swift.stride(from: 0, to: content.count, by: 64) {
      state = state &* 1_664_525 &+ 1_013_904_223
      content[i] = UInt8(state >> 24)
    }
    let pickle = PickleBuilder().tensor(
      key: "0", count: count, shape: [rows, stride + 100], strides: [stride, 1])
    let archive = ZipBuilder([
      .init("archive/data.pkl", pickle.stopped), .init(deflating: content, as: "archive/data/0"),
    ])
    let file = try TensorFile(bytes: archive.bytes, name: "evil.pt")
    let error = #expect(throws: FileError.self) { try file.read(file.tensors[0]) }
    #expect("\(try #require(error))".contains("overlap in deflated data"))
  }

  @Test func aListThatHoldsItselfIsRefused() throws {
    let pickle = PickleBuilder().op("]q").raw([0]).op("h").raw([0]).op("a")
    #expect(try complaint(pickle.stopped).contains("levels of nesting"))
  }

  @Test(arguments: [200, 200_000]) func deepNestingNeitherOverflowsTheStackNorPasses(depth: Int) throws {
    let lists = PickleBuilder().op(String(repeating: "]", count: depth) + String(repeating: "a", count: depth - 1))
    #expect(try complaint(lists.stopped).contains("levels of nesting"))
    let tuples = PickleBuilder().op(")").raw([UInt8](repeating: 0x85, count: depth))
    #expect(try complaint(tuples.stopped).contains("tuples in one another"))
  }

  @Test func bytesEncodedAgainAndAgainAreCounted() throws {
    var pickle = PickleBuilder().global("_codecs", "encode").op("q").raw([0]).op("0")
      .string(String(repeating: "x", count: 900_000)).op("q").raw([1]).op("0").string("latin1").op("q").raw([2]).op("0")
    let again = PickleBuilder().op("h").raw([0]).op("h").raw([1]).op("h").raw([2]).raw([0x86]).op("R0").unfinished
    pickle = pickle.raw((0..<10_000).flatMap { _ in again.dropFirst(2) })
    #expect(try complaint(pickle.stopped).contains("refuses the pickle: over"))
  }

  @Test(arguments: [
    (6, 0, [7], [1], "number 6"), (6, 5, [2], [1], "number 6"), (6, -1, [1], [1], "negative"),
    (6, 0, [2], [-1], "negative"), (6, 0, [-2], [1], "negative"), (6, 0, [2, 2], [1], "differ in length"),
    (6, 0, [Int.max, 4], [0, 0], "overflows"), (6, 0, [3], [Int.max], "overflows"),
    (7, 0, [6], [1], "says 7 elements"), (6, 0, [1_000_000, 1_000_000], [0, 0], "is refused"),
  ])
  func refusesViewsThatDoNotFit(count: Int, offset: Int, shape: [Int], strides: [Int], words: String) throws {
    let pickle = PickleBuilder().tensor(key: "0", count: count, offset: offset, shape: shape, strides: strides)
    #expect(try complaint(pickle.stopped, ["0": floatBytes([1, 2, 3, 4, 5, 6])]).contains(words))
  }

  @Test func refusesARebuildWithoutItsParts() throws {
    let short = PickleBuilder().global("torch._utils", "_rebuild_tensor_v2").integers([1]).op("R")
    #expect(try complaint(short.stopped).contains("_rebuild_tensor_v2 with 1 arguments"))
    let missing = PickleBuilder().tensor(key: "7", count: 6, shape: [6], strides: [1])
    #expect(try complaint(missing.stopped, ["0": [0, 0, 0, 0]]).contains("archive/data/7, which is missing"))
  }
}
