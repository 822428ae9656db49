import Files
import Foundation
import TensorFiles
import Testing

/// Files by the libraries themselves against what these read in them: Tests/Fixtures, by scripts/make_fixtures.py.
@Suite struct FixtureTests {
  @Test func everyFileIsExpected() throws {
    let expected = try Fixture.load()
    let files = try #require(FileManager.default.subpaths(atPath: Fixture.folder)).filter { $0.contains("/") }
    #expect(Set(files) == Set(expected.keys) && expected.count > 70)
    #expect(expected.values.allSatisfy { $0.refused != nil || $0.tensors != nil })
  }

  @Test(arguments: Fixture.names { $0.tensors != nil }) func isReadAsByItsLibrary(name: String) throws {
    let fixture = try #require(Fixture.all[name])
    let file = try fixture.open(name)
    let expected = try #require(fixture.tensors)
    #expect(file.tensors.map(\.name).sorted() == expected.keys.sorted())
    for (name, tensor) in expected {
      let found = try file.tensor(named: name)
      #expect(found.elementType.rawValue == tensor.type && found.shape == tensor.shape, "\(name)")
      let (values, bytes) = (try tensor.numbers, [UInt8](tensor.bytes))
      #expect(areSame(try file.read(found), values), "\(name)")
      #expect(try file.readBytes(found) == bytes, "\(name)")
      guard let rows = found.shape.first else { continue }
      let sliced = try (0..<rows).flatMap { row in
        try file.readBytes(found, [row..<row + 1] + found.shape.dropFirst().map { 0..<$0 })
      }
      #expect(sliced == bytes, "\(name), row by row")
    }
    let metadata = Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    #expect(metadata == fixture.metadata && metadata.count == file.metadata.count)
  }

  /// Those whose raw bytes stand for something are refused where it is not said what.
  @Test(arguments: Fixture.names { $0.refused != nil }) func isRefusedByName(name: String) throws {
    let word = try #require(Fixture.all[name]?.refused)
    let error = #expect(throws: FileError.self) {
      let file = try TensorFile(path: "\(Fixture.folder)/\(name)")
      for tensor in file.tensors { _ = try file.read(tensor) }
    }
    #expect("\(try #require(error))".contains(word))
  }
}

/// What expected.json says of a file.
private struct Fixture: Decodable {
  struct Tensor: Decodable {
    let type: String
    let shape: [Int]
    /// Numbers in C order, as Python prints them.
    let values: String
    /// The same, little-endian.
    let bytes: Data

    var numbers: [Double] {
      get throws { try values.split(separator: " ").map { try #require(Double($0), "\($0)") } }
    }
  }

  /// What the refusal has in it.
  let refused: String?
  /// What raw two-byte elements stand for.
  let void: String?
  let tensors: [String: Tensor]?
  let metadata: [String: String]?

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures").path

  /// None if they cannot be decoded, of which `everyFileIsExpected` says why.
  static let all = (try? load()) ?? [:]

  static func load() throws -> [String: Fixture] {
    let text = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/expected.json"))
    return try JSONDecoder().decode([String: Fixture].self, from: text)
  }

  static func names(_ isWanted: (Fixture) -> Bool) -> [String] {
    all.filter { isWanted($0.value) }.keys.sorted()
  }

  func open(_ name: String) throws -> TensorFile {
    let path = "\(Self.folder)/\(name)"
    guard let void else { return try TensorFile(path: path) }
    #expect(void == "bfloat16")
    return try TensorFile(path: path, void: .bfloat16)
  }
}

/// Whether the numbers are the same, the sign of zeros too; one NaN is as good as another.
private func areSame(_ a: [Double], _ b: [Double]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
}
