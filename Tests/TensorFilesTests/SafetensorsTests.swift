import Files
import TensorFiles
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ header: String, _ data: [UInt8]) throws -> TensorFile {
    try TensorFile(path: try folder.write(safetensors(header, data), to: "x.safetensors"))
  }

  @Test func readsTensorsAndMetadata() throws {
    let file = try open(
      #"{"__metadata__":{"k\u00e9y":"a\n\"b\""},"b":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#
        + #""a":{"dtype":"BF16","shape":[1],"data_offsets":[16,18]}}   "#,
      floatBytes([1, 2, 3, 4]) + [0xC0, 0x3F])
    #expect(file.format == .safetensors)
    #expect(file.metadata.map(\.key) == ["kéy"] && file.metadata.map(\.value) == ["a\n\"b\""])
    #expect(try file.read(file.tensor(named: "b")) == [1, 2, 3, 4])
    #expect(try file.read(file.tensor(named: "b"), [1..<2, 0..<2]) == [3, 4])
    #expect(try file.read(file.tensor(named: "b"), [0..<2, 1..<2]) == [2, 4])
    #expect(try file.read(file.tensor(named: "a")) == [1.5])
  }

  @Test func acceptsAnOddOffsetAndAZeroSizeTensorThatSharesOne() throws {
    let file = try open(
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"e":{"dtype":"F32","shape":[0,3],"data_offsets":[1,1]},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}"#,
      [7] + floatBytes([2]))
    #expect(try file.read(file.tensor(named: "b")) == [2])
    #expect(try file.read(file.tensor(named: "e")) == [])
  }

  @Test func whatIsMissingIsNamedWithWhatIsThere() throws {
    let file = try open(#"{"vector":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, floatBytes([1]))
    let error = #expect(throws: FileError.self) { try file.tensor(named: "axis") }
    #expect("\(try #require(error))".contains("no tensor 'axis' here; there is 'vector'"))
  }

  /// Each broken invariant, and a word of what must be said of it.
  @Test(arguments: [
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#,
      "two entries"
    ),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "spans 4 bytes"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "whole number"),
    (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, "whole number"),
    (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, "whole number"),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, "overflows"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "ends before"),
    (#"{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}"#, "dtype Q4"),
    (#"{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}"#, "belong to no tensor"),
    (
      #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
      "overlaps"
    ),
    (#"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}"#, "4 bytes of data"),
    (#"{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}"#, "4 bytes of data"),
    (#"{"__metadata__":{"a":1}}"#, "'\"' is wanted"),
    (#"[1]"#, "'{' is wanted"),
    (#"{"a":{"dtype":"F32""#, "is wanted at byte"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, "unknown key 'x'"),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, "lacks"),
  ])
  func refuses(header: String, words: String) throws {
    let error = #expect(throws: FileError.self) { try open(header, [0, 0, 0, 0]) }
    #expect("\(try #require(error))".contains(words))
  }

  @Test func refusesBrokenLengths() throws {
    for (bytes, words) in [
      ([], "8"), ([1, 2, 3], "takes 8"), ([UInt8](repeating: 0xFF, count: 16), "at most 100000000"),
      (littleEndian(100, bytes: 8) + [0x7B, 0x7D], "cut short"), (littleEndian(0, bytes: 8), "'{' is wanted"),
    ] as [([UInt8], String)] {
      let error = #expect(throws: FileError.self) {
        try TensorFile(path: try folder.write(bytes, to: "y.safetensors"))
      }
      #expect("\(try #require(error))".contains(words))
    }
  }

  @Test func refusesNestingWithoutExhaustingTheStack() throws {
    let deep = #"{"a":"# + String(repeating: "[", count: 100_000)
    #expect(throws: FileError.self) { try open(deep, []) }
  }

  @Test func writtenFilesReadBack() throws {
    let path = folder("out.safetensors")
    let file = try OutputFile(path: path)
    let writer = try SafetensorsWriter(
      file,
      tensors: [
        .init(name: "half \"quoted\"", elementType: .float16, shape: [3]),
        .init(name: "wide", elementType: .float64, shape: [2, 2]),
      ], metadata: [("k", "v\u{1}")])
    try writer.write([3, 4], to: "wide", at: 2)
    try writer.write([1, 2], to: "wide")
    try writer.write([0.5, 1, -2], to: "half \"quoted\"")
    try writer.finish()
    try file.commit()
    let back = try TensorFile(path: path)
    #expect(try back.read(back.tensor(named: "wide")) == [1, 2, 3, 4])
    #expect(try back.read(back.tensor(named: "half \"quoted\"")) == [0.5, 1, -2])
    #expect(back.metadata.map(\.value) == ["v\u{1}"])
  }
}
