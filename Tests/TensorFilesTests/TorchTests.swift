import Files
import TensorFiles
import TestSupport
import Testing

/// The layouts of `.pt` files in the field, built opcode by opcode.
@Suite struct TorchTests {
  private let folder: TemporaryFolder
  private let six = floatBytes([1, 2, 3, 4, 5, 6])

  init() throws { folder = try TemporaryFolder() }

  private func open(_ pickle: PickleBuilder, _ storages: [String: [UInt8]]) throws -> TensorFile {
    try TensorFile(path: try folder.write(torchFile(pickle.stopped, storages: storages), to: "x.pt"))
  }

  @Test func aBareTensorHasNoName() throws {
    let file = try open(PickleBuilder().tensor(key: "0", count: 6, shape: [2, 3], strides: [3, 1]), ["0": six])
    #expect(file.format == .torch && file.tensors.map(\.name) == [""])
    #expect(try file.read(file.tensors[0]) == [1, 2, 3, 4, 5, 6])
  }

  @Test func nestedContainersNameTheirTensorsByPath() throws {
    // {"vectors": {"layer_46/contrast": {"layer": 46, "vector": t}}, 3: [t, (t,)], "ok": True, "score": 1.5}
    let tensor = { (pickle: PickleBuilder) in pickle.tensor(key: "0", count: 6, shape: [6], strides: [1]) }
    var pickle = PickleBuilder().op("}(").string("vectors").op("}(").string("layer_46/contrast").op("}(")
      .string("layer").integer(46).string("vector")
    pickle = tensor(pickle).op("uuu").op("(").integer(3).op("](")
    pickle = tensor(tensor(pickle)).raw([0x85]).op("e").string("ok").raw([0x88]).string("score")
      .raw([0x47, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0]).op("u")
    let file = try open(pickle, ["0": six])
    #expect(file.tensors.map(\.name) == ["vectors.layer_46/contrast.vector", "3.0", "3.1.0"])
    #expect(file.metadata.map(\.key) == ["vectors.layer_46/contrast.layer", "ok", "score"])
    #expect(file.metadata.map(\.value) == ["46", "true", "1.5"])
  }

  @Test func viewsShareAStorage() throws {
    var pickle = PickleBuilder().op("}(").string("offset")
      .tensor(key: "0", count: 6, offset: 2, shape: [2], strides: [1])
    pickle = pickle.string("transposed").tensor(key: "0", count: 6, shape: [3, 2], strides: [1, 3])
    pickle = pickle.string("expanded").tensor(key: "0", count: 6, offset: 5, shape: [2, 2], strides: [0, 0])
    pickle = pickle.string("strided").tensor(key: "0", count: 6, offset: 1, shape: [3], strides: [2]).op("u")
    let file = try open(pickle, ["0": six])
    #expect(try file.read(file.tensor(named: "offset")) == [3, 4])
    #expect(try file.read(file.tensor(named: "transposed")) == [1, 4, 2, 5, 3, 6])
    #expect(try file.read(file.tensor(named: "transposed"), [1..<3, 0..<1]) == [2, 3])
    #expect(try file.read(file.tensor(named: "expanded")) == [6, 6, 6, 6])
    #expect(try file.read(file.tensor(named: "strided")) == [2, 4, 6])
  }

  /// More token ids than are kept beside a tensor, or than any list of them may be visited.
  @Test func longListsOfNumbersAreCountedAndLeftOut() throws {
    let (lists, each) = (1_200, 900)
    let ids = Array(PickleBuilder().op("](").raw([UInt8](repeating: 0x4B, count: 2 * each)).op("e").unfinished[2...])
    var bytes = PickleBuilder().op("}(").string("ids").op("](").unfinished
    for _ in 0..<lists { bytes += ids }
    let pickle = PickleBuilder().raw(Array(bytes[2...])).op("e").string("x")
      .tensor(key: "0", count: 6, shape: [6], strides: [1]).op("u")
    let file = try open(pickle, ["0": six])
    #expect(try file.read(file.tensor(named: "x")) == [1, 2, 3, 4, 5, 6])
    #expect(file.metadata.count == 65_536 && file.omittedMetadata == lists * each - 65_536)
  }

  /// Columns of a matrix of which a row takes over a megabyte: elements lie farther apart than a window.
  @Test func elementsFarApartAreReadOneByOne() throws {
    let (rows, columns) = (3, 300_000)
    let values = (0..<rows * columns).map { Float($0) }
    let pickle = PickleBuilder().tensor(
      key: "0", count: rows * columns, shape: [columns, rows], strides: [1, columns])
    let file = try open(pickle, ["0": floatBytes(values)])
    #expect(try file.read(file.tensors[0], [7..<9, 0..<3]) == [7, 300_007, 600_007, 8, 300_008, 600_008])
    #expect(try file.read(file.tensors[0], [299_999..<300_000, 0..<3]) == [299_999, 599_999, 899_999])
  }

  @Test func aParameterIsItsTensor() throws {
    let pickle = PickleBuilder().global("torch._utils", "_rebuild_parameter").op("(")
      .tensor(key: "0", storage: "DoubleStorage", count: 1, shape: [1], strides: [1]).raw([0x89])
      .global("collections", "OrderedDict").op(")RtR")
    let file = try open(pickle, ["0": [0, 0, 0, 0, 0, 0, 0xF8, 0x3F]])
    #expect(try file.read(file.tensors[0]) == [1.5])
  }

  @Test func aBigEndianArchiveIsSwapped() throws {
    let swapped = [Float(1.5)].flatMap { littleEndian($0.bitPattern.byteSwapped, bytes: 4) }
    let pickle = PickleBuilder().tensor(key: "0", count: 1, shape: [1], strides: [1])
    let bytes = torchFile(pickle.stopped, storages: ["0": swapped], byteOrder: "big")
    let file = try TensorFile(path: try folder.write(bytes, to: "b.pt"))
    #expect(try file.read(file.tensors[0]) == [1.5])
    let odd = torchFile(pickle.stopped, storages: ["0": swapped], byteOrder: "pdp")
    let error = #expect(throws: FileError.self) { try TensorFile(path: try folder.write(odd, to: "o.pt")) }
    #expect("\(try #require(error))".contains("byte order 'pdp'"))
  }

  /// PyTorch names the type of those it added later in the tensor; their storage is one of bytes.
  @Test func aTensorThatNamesItsOwnTypeIsReadAsThat() throws {
    let pickle = PickleBuilder().global("torch._utils", "_rebuild_tensor_v3").op("((").string("storage")
      .global("torch.storage", "UntypedStorage").string("0").string("cpu").integer(4).op("tQ").integer(1)
      .integers([3]).integers([1]).raw([0x89]).global("collections", "OrderedDict").op(")R")
      .global("torch", "float8_e4m3fn").op("tR")
    let file = try open(pickle, ["0": [0x7E, 0x38, 0xC0, 0x01]])
    #expect(file.tensors[0].elementType == .float8E4M3)
    #expect(try file.read(file.tensors[0]) == [1, -2, 0x1p-9])
  }

  @Test func aNumPyArrayPickledInPlaceIsRead() throws {
    // _reconstruct(ndarray, (0,), b"b"), then its state; bytes are latin1 text, as in protocol 2.
    let data = String(String.UnicodeScalarView(floatBytes([1.5, -2]).map { Unicode.Scalar($0) }))
    let pickle = PickleBuilder().op("}").string("mean").global("numpy._core.multiarray", "_reconstruct")
      .global("numpy", "ndarray").integers([0]).global("_codecs", "encode").string("b").string("latin1")
      .raw([0x86]).op("R").raw([0x87]).op("R(").integer(1).integers([2]).global("numpy", "dtype").string("f4")
      .raw([0x89, 0x88, 0x87]).op("R(").integer(3).string("<").op("NNN").integer(-1).integer(-1).integer(0).op("tb")
      .raw([0x89]).global("_codecs", "encode").string(data).string("latin1").raw([0x86]).op("Rtbs")
    let file = try open(pickle, [:])
    #expect(file.tensors.map(\.name) == ["mean"])
    #expect(try file.read(file.tensors[0]) == [1.5, -2])
  }

  @Test func whatAnOlderPyTorchWroteIsRefusedWithARemedy() throws {
    var tar = [UInt8](repeating: 0, count: 512)
    tar.replaceSubrange(257..<262, with: Array("ustar".utf8))
    for (bytes, words) in [(tar, "tar archive"), ([0x80, 4, 0x2E], "bare pickle")] {
      let error = #expect(throws: FileError.self) { try TensorFile(path: try folder.write(bytes, to: "old.pt")) }
      #expect("\(try #require(error))".contains(words))
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func realFilesOfEveryKindOpen() throws {
    let steering = try TensorFile(path: SharedData.file("real/basis/steering_evil_33layers.pt"))
    #expect(steering.tensors.map(\.name) == ["vector_all_layers", "vector_at_canonical_layer"])
    let canonical = try steering.read(steering.tensor(named: "vector_at_canonical_layer"))
    // The second is a view of the first: row 16 of 33, by its offset of 65,536.
    let all = try steering.tensor(named: "vector_all_layers")
    #expect(try steering.read(all, [16..<17, 0..<4096]) == canonical)
    let basis = try TensorFile(path: SharedData.file("real/basis/llama8b_basis.pt"))
    #expect(basis.tensors.contains { $0.name == "role_mean" && $0.shape == [4096] })
    let trait = try TensorFile(path: SharedData.file("real/traits/evil.pt"))
    #expect(trait.tensors.map(\.shape) == [[32, 4096]])
    #expect(trait.metadata.contains { $0.key == "trait" && $0.value == "evil" })
  }
}
