import Files
import TensorFiles
import TestSupport
import Testing

@Suite struct GGUFTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ text: String) -> [UInt8] { littleEndian(text.utf8.count, bytes: 8) + Array(text.utf8) }

  /// A tensor's description: (name, extents with the fastest first, type, offset).
  private func info(_ name: String, _ extents: [Int], type: Int = 0, at offset: Int) -> [UInt8] {
    text(name) + littleEndian(extents.count, bytes: 4) + extents.flatMap { littleEndian($0, bytes: 8) }
      + littleEndian(type, bytes: 4) + littleEndian(offset, bytes: 8)
  }

  private func pair(_ key: String, type: Int, _ value: [UInt8]) -> [UInt8] {
    text(key) + littleEndian(type, bytes: 4) + value
  }

  /// A file of `pairs` and `infos` with `data` at the next multiple of `alignment`.
  private func gguf(
    version: Int = 3, pairs: [[UInt8]] = [], infos: [[UInt8]], alignment: Int = 32, _ data: [UInt8]
  ) -> [UInt8] {
    let counts = littleEndian(infos.count, bytes: 8) + littleEndian(pairs.count, bytes: 8)
    let header = Array("GGUF".utf8) + littleEndian(version, bytes: 4) + counts + (pairs + infos).flatMap(\.self)
    return header + [UInt8](repeating: 0, count: (alignment - header.count % alignment) % alignment) + data
  }

  private func complaint(_ bytes: [UInt8]) throws -> String {
    "\(try #require(#expect(throws: FileError.self) { try TensorFile(bytes: bytes, name: "x.gguf") }))"
  }

  private func padded(_ bytes: [UInt8], to count: Int = 32) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: count - bytes.count)
  }

  @Test(arguments: [2, 3]) func readsTensorsWithTheirFastestDimensionLast(version: Int) throws {
    let bytes = gguf(
      version: version,
      pairs: [
        pair("general.architecture", type: 8, text("controlvector")), pair("n", type: 4, littleEndian(31, bytes: 4)),
        pair("list", type: 9, littleEndian(8, bytes: 4) + littleEndian(2, bytes: 8) + text("a") + text("b")),
        pair(
          "numbers", type: 9, littleEndian(5, bytes: 4) + littleEndian(3, bytes: 8) + [UInt8](repeating: 1, count: 12)),
      ],
      infos: [info("direction.1", [3, 2], at: 0), info("half", [2], type: 30, at: 32)],
      padded(floatBytes([1, 2, 3, 4, 5, 6])) + [0xC0, 0x3F, 0x00, 0xC0])
    let file = try TensorFile(bytes: bytes, name: "x.gguf")
    #expect(file.format == .gguf && file.tensors.map(\.shape) == [[2, 3], [2]])
    #expect(try file.read(file.tensors[0], [1..<2, 0..<3]) == [4, 5, 6])
    #expect(try file.read(file.tensors[1]) == [1.5, -2])
    #expect(file.metadata.map(\.value) == ["controlvector", "31", "2 values", "3 values"])
  }

  @Test func alignmentIsWhatTheFileSays() throws {
    let bytes = gguf(
      pairs: [pair("general.alignment", type: 4, littleEndian(128, bytes: 4))], infos: [info("a", [1], at: 128)],
      alignment: 128, padded([], to: 128) + floatBytes([7]))
    let file = try TensorFile(bytes: bytes, name: "x.gguf")
    #expect(try file.read(file.tensors[0]) == [7])
  }

  @Test func refusesWhatIsBroken() throws {
    let (one, four) = (info("a", [1], at: 0), floatBytes([1]))
    // A text, whose sign is no digit.
    let signed = littleEndian(3, bytes: 8) + Array("+32".utf8)
    let alignment = { (value: Int) in [self.pair("general.alignment", type: 4, littleEndian(value, bytes: 4))] }
    let deep = littleEndian(9, bytes: 4) + littleEndian(1, bytes: 8)
    let cases: [([UInt8], String)] = [
      (gguf(version: 1, infos: [], []), "version 1"), (gguf(version: 3 << 24, infos: [], []), "big-endian"),
      (gguf(infos: [one, one], four), "two entries are named 'a'"),
      (gguf(infos: [info("a", [2], at: 0)], four), "past the end"),
      (gguf(infos: [info("a", [1], at: 1 << 40)], four), "past the end"),
      (gguf(infos: [one, info("b", [1], at: 0)], four), "overlaps"),
      (gguf(infos: [info("a", [0], at: Int.max - 31)], four), "past the end"),
      (gguf(infos: [one, info("e", [0, 2], at: 64)], four), "past the end"),
      (gguf(infos: [info("a", [1], at: 4)], four + four), "not aligned"),
      (gguf(infos: [info("a", [32], type: 8, at: 0)], four), "the quantised type Q8_0"),
      (gguf(infos: [info("a", [1], type: 99, at: 0)], four), "type 99"),
      (gguf(infos: [info("a", [1, 1, 1, 1, 1], at: 0)], four), "5 dimensions"),
      (gguf(infos: [info("a", [1 << 62, 4], at: 0)], four), "overflows"),
      (gguf(infos: [info("a", [-1], at: 0)], four), "too large"),
      (gguf(pairs: alignment(24), infos: [one], four), "power of two"),
      (gguf(pairs: alignment(0), infos: [one], four), "power of two"),
      (gguf(pairs: [pair("general.alignment", type: 8, signed)], infos: [one], four), "general.alignment is +32"),
      (gguf(pairs: [pair("k", type: 77, [])], infos: [one], four), "unknown type 77"),
      (gguf(pairs: [pair("k", type: 9, deep + deep + deep)], infos: [one], four), "arrays in arrays"),
      (gguf(pairs: [littleEndian(1, bytes: 8) + [0xFF]], infos: [one], four), "not UTF-8"),
      (gguf(pairs: [littleEndian(Int.max, bytes: 8)], infos: [one], four), "the data end"),
      (Array(gguf(infos: [one], four).prefix(30)), "the data end"),
    ]
    let counts = littleEndian(1 << 40, bytes: 8) + littleEndian(0, bytes: 8)
    #expect(try complaint(Array("GGUF".utf8) + littleEndian(3, bytes: 4) + counts).contains("at most 65536"))
    for (bytes, words) in cases { #expect(try complaint(bytes).contains(words)) }
  }

  @Test func aControlVectorReadsBack() throws {
    let file = try OutputFile(path: folder("v.gguf"))
    let writer = try GGUFWriter(file, layers: [1, 9], hiddenSize: 3, model: "llama")
    try writer.write([1, 2, 3])
    try writer.write([-4, 0.5, 6])
    try writer.finish()
    try file.commit()
    let back = try TensorFile(path: folder("v.gguf"))
    #expect(back.tensors.map(\.name) == ["direction.1", "direction.9"])
    #expect(try back.read(back.tensors[1]) == [-4, 0.5, 6])
    #expect(
      back.metadata.map(\.key) == [
        "general.architecture", "controlvector.model_hint", "controlvector.layer_count",
      ])
    #expect(back.metadata.map(\.value) == ["controlvector", "llama", "2"])
  }
}
