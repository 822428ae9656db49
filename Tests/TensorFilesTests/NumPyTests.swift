import Files
import TensorFiles
import TestSupport
import Testing

@Suite struct NumPyTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ bytes: [UInt8]) throws -> [Double] {
    let file = try TensorFile(path: try folder.write(bytes, to: "x.npy"))
    return try file.read(file.tensors[0])
  }

  private let six = floatBytes([1, 2, 3, 4, 5, 6])

  @Test(arguments: [1, 2, 3] as [UInt8]) func readsEveryVersion(version: UInt8) throws {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    #expect(try read(npy(header, six, version: version)) == [1, 2, 3, 4, 5, 6])
  }

  @Test func fortranOrderIsNotReadAsC() throws {
    let path = try folder.write(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", six), to: "f.npy")
    let file = try TensorFile(path: path)
    #expect(try file.read(file.tensors[0]) == [1, 3, 5, 2, 4, 6])
    #expect(try file.read(file.tensors[0], [1..<2, 0..<3]) == [2, 4, 6])
    #expect(try file.read(file.tensors[0], [0..<2, 1..<2]) == [3, 4])
  }

  @Test func bigEndianIsNotMisread() throws {
    let swapped = [Float(1.5), -2].flatMap { littleEndian($0.bitPattern.byteSwapped, bytes: 4) }
    #expect(try read(npy("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", swapped)) == [1.5, -2])
  }

  @Test(arguments: ["|V2", "<V2"]) func rawBytesAreReadAsWhatTheyAreSaidToBe(descr: String) throws {
    let bytes = npy("{'descr': '\(descr)', 'fortran_order': False, 'shape': (2,), }", [0xC0, 0x3F, 0x00, 0xC0])
    let file = try TensorFile(bytes: bytes, name: "v.npy", void: .bfloat16)
    #expect(file.tensors[0].elementType == .bfloat16)
    #expect(try file.read(file.tensors[0]) == [1.5, -2])
    // Other raw types stay raw.
    let wider = npy("{'descr': '|V4', 'fortran_order': False, 'shape': (1,), }", [0, 0, 0, 0])
    #expect(throws: FileError.self) { try TensorFile(bytes: wider, name: "v.npy", void: .bfloat16) }
  }

  @Test func aScalarHasNoDimensions() throws {
    #expect(try read(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", floatBytes([8]))) == [8])
  }

  @Test(arguments: [
    ("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "'|O'"),
    ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "structured"),
    ("{'descr': '|V2', 'fortran_order': False, 'shape': (12,), }", "--void bfloat16"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }", "no whole number"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (True, 6), }", "no whole number"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", "overflows"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (7,), }", "say 28"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (5,), }", "24 bytes of data"),
    ("{'descr': '<f4', 'shape': (6,), }", "wanted"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'x': 1}", "'x'"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), } + f()", "follows"),
    ("__import__('os').system('true')", "'{' is wanted"),
  ])
  func refuses(header: String, words: String) throws {
    let error = #expect(throws: FileError.self) { try read(npy(header, six)) }
    #expect("\(try #require(error))".contains(words))
  }

  @Test func refusesOtherVersionsAndLongHeaders() throws {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }"
    for (bytes, words) in [
      (npy(header, six, version: 4), "version 4.0"),
      (npy(header + String(repeating: " ", count: 20_000), six), "at most 10000"),
    ] {
      let error = #expect(throws: FileError.self) { try read(bytes) }
      #expect("\(try #require(error))".contains(words))
    }
  }

  @Test func anArchiveNamesItsArrays() throws {
    let array = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", floatBytes([1, 2]))
    let path = try folder.write(ZipBuilder([.init("role a.npy", array), .init("b.npy", array)]).bytes, to: "x.npz")
    let file = try TensorFile(path: path)
    #expect(file.format == .npz && file.tensors.map(\.name) == ["role a", "b"])
    #expect(try file.read(file.tensor(named: "b"), [1..<2]) == [2])
    let other = try folder.write(ZipBuilder([.init("notes.txt", [1])]).bytes, to: "y.npz")
    #expect(throws: FileError.self) { try TensorFile(path: other) }
  }

  @Test func writtenArraysReadBack() throws {
    let file = try OutputFile(path: folder("out.npy"))
    let writer = try NumPyWriter(file, elementType: .float64, shape: [3])
    try writer.write(ElementType.float64.encode([1, 2]))
    try writer.write(ElementType.float64.encode([3]))
    try writer.finish()
    try file.commit()
    let back = try TensorFile(path: folder("out.npy"))
    #expect(back.tensors[0].shape == [3])
    #expect(try back.read(back.tensors[0]) == [1, 2, 3])
  }
}
