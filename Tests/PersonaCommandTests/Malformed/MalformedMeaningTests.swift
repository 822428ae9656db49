import Foundation
import TestSupport
import Testing

/// Files that are whole, and vectors, roles and turns that make no sense together.
@Suite(.serialized) struct MalformedMeaningTests {
  private static func dump(_ vectors: [String: [Float]], and others: [String: [UInt8]] = [:]) -> [String: [UInt8]] {
    vectors.reduce(into: others) { files, vector in
      let folder = vector.key == "default" ? "" : "vectors/"
      files["\(folder)\(vector.key).safetensors"] = tensorFile(vector.value)
    }
  }

  private static let three: [String: [Float]] = ["default": [1, 2], "a": [3, 1], "b": [0, 5]]

  static let vectors = [
    MalformedDump(
      "NaN in a vector", dump(["default": [1, 2], "a": [1, .nan], "b": [1, 0]]), blames: "vectors/a.safetensors",
      says: "NaN at layer 0, dimension 1", "--nonfinite skip"),
    MalformedDump(
      "Inf in a vector", dump(["default": [1, 2], "a": [-.infinity, 1], "b": [1, 0]]),
      blames: "vectors/a.safetensors", says: "infinity at layer 0, dimension 0", "--nonfinite skip"),
    MalformedDump(
      "NaN in the default", dump(["default": [.nan, 2], "a": [1, 2], "b": [1, 0]]), blames: "default.safetensors",
      says: "NaN at layer 0, dimension 0", "the default cannot be left out"),
    MalformedDump(
      "NaN in the default, to be skipped", dump(["default": [.nan, 2], "a": [1, 2], "b": [1, 0]]),
      blames: "default.safetensors", says: "the default cannot be left out", command: ["fit", "--nonfinite", "skip"]),
    MalformedDump(
      "NaN in all but one vector", dump(["default": [1, 2], "a": [.nan, 2], "b": [1, 0]]),
      says: "at least 2 are needed",
      command: ["fit", "--nonfinite", "skip"]),
    MalformedDump(
      "layers differ between files",
      dump(
        ["default": [1, 2], "a": [1, 2]], and: ["vectors/b.safetensors": tensorFile([1, 2, 3, 4], shape: [2, 2])]),
      blames: "vectors/b.safetensors", says: "shape [2, 2]", "has [1, 2]", "remove or dump again"),
    MalformedDump(
      "hidden sizes differ", dump(["default": [1, 2], "a": [1, 2], "b": [1, 2, 3]]), blames: "vectors/b.safetensors",
      says: "shape [1, 3]", "has [1, 2]", "remove or dump again"),
    MalformedDump(
      "hidden sizes differ from the default's", dump(["default": [1, 2, 3], "a": [1, 2], "b": [2, 1]]),
      blames: "default.safetensors", says: "shape [1, 3]"),
    MalformedDump(
      "an empty vector", dump(["default": [1, 2], "a": [], "b": [1, 0]]), blames: "vectors/a.safetensors",
      says: "a tensor of shape [0]"),
    MalformedDump(
      "one role", dump(["default": [1, 2], "a": [2, 1]]), says: "1 role vector beside the default; at least 2"),
    MalformedDump(
      "zero variance", dump(["default": [9, 9], "a": [1, 1], "b": [1, 1], "c": [1, 1]]),
      says: "layer 0: all role vectors are equal"),
    MalformedDump(
      "zero variance of zeros", dump(["default": [9, 9], "a": [0, 0], "b": [0, 0]]), blames: "vectors/a.safetensors",
      says: "nothing but zeros at layer 0", "--nonfinite skip"),
    MalformedDump(
      "the default is the mean", dump(["default": [1, 1], "a": [0, 2], "b": [2, 0]]),
      says: "the default vector equals the mean role vector"),
    MalformedDump(
      "no default", dump(["a": [1, 2], "b": [2, 1]]), says: "no default Assistant", "--default NAME",
      "--components-only"),
    MalformedDump(
      "no default, but roles of such a name", dump(["assistant": [1, 2], "my_default": [1, 3], "b": [2, 1]]),
      says: "no default Assistant"),
    MalformedDump(
      "duplicate role (in two formats)",
      dump(three, and: ["vectors/a.npy": npy(header, floatBytes([3, 1]))]), blames: "vectors/a.safetensors",
      says: "role 'a' is also in", "a.npy; remove one"),
    MalformedDump(
      "duplicate default (in two formats)", dump(three, and: ["default.npy": npy(header, floatBytes([1, 2]))]),
      blames: "default.safetensors", says: "role 'default' is also in"),
    MalformedDump(
      "scores for keys that do not exist; a role with no response of the wanted score",
      [
        "activations/a.safetensors": tensorFile([1, 2], named: "r_p0_q0"),
        "scores/a.json": Array(#"{"x_p9_q9":0}"#.utf8),
      ], says: "0 roles have 50 responses or more", "Left out: 'a'. Lower --min-count"),
  ]

  private static let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"

  private static func conversation(_ turns: [UInt8], _ transcript: String? = nil) -> [String: [UInt8]] {
    var files = dump(three, and: ["turns/c.safetensors": turns])
    files["transcripts/c.json"] = transcript.map { Array($0.utf8) }
    return files
  }

  private static func turns(_ item: String, _ turns: [UInt8], _ transcript: String? = nil, says words: String)
    -> MalformedDump
  {
    MalformedDump(
      item, conversation(turns, transcript), blames: "turns/c.safetensors", says: words, command: ["analyze"])
  }

  private static let twoTurns = tensorFile([1, 2, 3, 4], named: "turns", shape: [2, 1, 2])

  static let conversations = [
    turns(
      "a transcript whose assistant turns ≠ rows", twoTurns,
      #"{"conversation":[{"role":"system"},{"role":"user"},{"role":"assistant"},{"role":"user"}]}"#,
      says: "2 turns, but"),
    turns("empty conversation (of the transcript)", twoTurns, #"{"conversation":[]}"#, says: "has 0 assistant turns"),
    turns(
      "empty conversation", tensorFile([], named: "turns", shape: [0, 1, 2]), says: "the conversation has no turn"),
    turns(
      "empty conversation of both", tensorFile([], named: "turns", shape: [0, 1, 2]), #"{"conversation":[]}"#,
      says: "the conversation has no turn"),
    turns(
      "turns of another hidden size", tensorFile([1, 2, 3], named: "turns", shape: [1, 1, 3]), says: "the space has 2"),
    turns("NaN in a turn", tensorFile([1, .nan], named: "turns", shape: [1, 1, 2]), says: "NaN at turn 0, layer 0"),
    MalformedDump(
      "a transcript that is none", conversation(twoTurns, #"{"conversation":"#), blames: "transcripts/c.json",
      says: "JSON", command: ["analyze"]),
    MalformedDump(
      "a transcript nested 100,000 deep",
      conversation(twoTurns, #"{"conversation":"# + String(repeating: "[", count: 100_000)),
      blames: "transcripts/c.json", says: "JSON", command: ["analyze"]),
  ]

  @Test(arguments: vectors) func refusesVectors(dump: MalformedDump) throws { try dump.expectRefusal() }

  @Test(arguments: conversations) func refusesConversations(dump: MalformedDump) throws { try dump.expectRefusal() }

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func fit(_ files: [String: [UInt8]], into output: String = "out", _ options: String...) throws {
    for (name, bytes) in files { try folder.write(bytes, to: "dump/\(name)") }
    let run = try MeasuredCommand(["fit", folder("dump"), "-o", folder(output), "-q", "--force"] + options)
    #expect(run.outcome.status == 0, "\(run.outcome.complaint)")
  }

  @Test func vectorsThatAreNotFiniteCanBeSkipped() throws {
    let files = Self.dump(["default": [1, 2], "a": [1, .nan], "b": [1, 0], "c": [0, 3]])
    for (name, bytes) in files { try folder.write(bytes, to: "dump/\(name)") }
    let run = try MeasuredCommand(["fit", folder("dump"), "-o", folder("out"), "--nonfinite", "skip"])
    #expect(run.outcome.status == 0)
    #expect(
      run.outcome.complaint.contains(
        "left out 1 of 3 roles with values that are not finite, or of nothing but zeros: 'a'"))
    #expect(try PlainTable(folder("out/roles.csv")).rows.map { $0["role"] } == ["b", "c", "default"])
  }

  /// n < k: two roles have one component, however many are asked for.
  @Test func fewerRolesThanComponentsGiveThoseThereAre() throws {
    try fit(Self.dump(Self.three), into: "out", "--components", "50")
    #expect(try PlainTable(folder("out/components.csv")).rows.count == 1)
    let roles = try PlainTable(folder("out/roles.csv"))
    #expect(roles.columns.contains("pc1") && !roles.columns.contains("pc2"))
    #expect(roles.rows.allSatisfy { $0.number("pc1").isFinite })
  }

  /// Equal eigenvalues: four orthogonal roles of norm 2, centred, vary by 4/3 in each of three directions. Which ones
  /// is arbitrary, and must not change from run to run or with the threads.
  @Test func equalEigenvaluesGiveTheSameNumbersAgain() throws {
    let roles = (0..<4).map { i in ("r\(i)", (0..<6).map { $0 == i ? Float(2) : 0 }) }
    let files = Self.dump(
      Dictionary(uniqueKeysWithValues: roles).merging(["default": [1, 0, 0, 0, 3, 0]]) { a, _ in a })
    for (output, threads) in [("a", "1"), ("b", "2"), ("c", "2")] { try fit(files, into: output, "--threads", threads) }
    let components = try PlainTable(folder("a/components.csv")).rows
    #expect(components.count == 3)
    for component in components {
      #expect(relativeError(component.number("variance"), 4.0 / 3) < 1e-14)
      #expect(relativeError(component.number("variance_ratio"), 1.0 / 3) < 1e-14)
      #expect(component.number("cos_axis").isFinite && component.number("default_score").isFinite)
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: folder("a")) {
      let first = try Data(contentsOf: URL(fileURLWithPath: folder("a/\(name)")))
      #expect(!String(decoding: first, as: UTF8.self).lowercased().contains("nan") || name.hasSuffix(".safetensors"))
      for other in ["b", "c"] {
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder("\(other)/\(name)"))) == first, "\(name)")
      }
    }
  }

  /// What a CSV makes of a name: itself, but for the apostrophe before what would start a formula, also behind apostrophes.
  private static let names = [
    "a,b": "a,b", "say \"hi\"": "say \"hi\"", "two\nlines": "two\nlines", "two\r\nlines": "two\r\nlines",
    "<script>alert(1)</script>": "<script>alert(1)</script>", "=1+1": "'=1+1", "+x": "'+x", "-x": "'-x", "@x": "'@x",
    "=1,\"\n": "'=1,\"\n", "'=x": "''=x", " =x": " =x", "\u{9B}31m": "\u{9B}31m", "é": "é",
  ]

  /// The names as keys of one file, which may hold slashes, and as the names of files, which may not.
  @Test(arguments: ["keys", "files"]) func roleNamesStayWhole(place: String) throws {
    var names = Self.names
    let path: String
    if place == "keys" {
      for (name, cell) in ["a/b": "a/b", "../c": "../c", "</script>": "</script>"] { names[name] = cell }
      names.removeValue(forKey: "<script>alert(1)</script>")
      names["<script>alert(1)</script>/"] = "<script>alert(1)</script>/"
      path = try folder.write(Self.keyed(names.keys.sorted() + ["default"]), to: "all.safetensors")
    } else {
      // A slash cannot be part of a file's name.
      names = names.filter { !$0.key.contains("/") }
      for (i, name) in (names.keys.sorted() + ["default"]).enumerated() {
        try folder.write(tensorFile([Float(i * i), Float(i), 1]), to: "dump/\(name).safetensors")
      }
      path = folder("dump")
    }
    let run = try MeasuredCommand(["fit", path, "-o", folder("out")])
    #expect(run.outcome.status == 0, "\(run.outcome.complaint)")
    #expect(try QuotedTable(folder("out/roles.csv")).cells("role").sorted() == (names.values + ["default"]).sorted())
    for text in [run.outcome.output, run.outcome.complaint, try MeasuredCommand(["inspect", path]).outcome.output] {
      #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
    }
  }

  /// A safetensors file with a tensor a name.
  private static func keyed(_ names: [String]) throws -> [UInt8] {
    let entries = try names.enumerated().map { i, name in
      let key = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
      return #"\#(key):{"dtype":"F32","shape":[3],"data_offsets":[\#(12 * i),\#(12 * (i + 1))]}"#
    }
    return safetensors(
      "{\(entries.joined(separator: ","))}", floatBytes(names.indices.flatMap { [Float($0 * $0), Float($0), 1] }))
  }

  /// The line of an error holds the name of a tensor, which must not begin another line.
  @Test func aNameOfTwoLinesDoesNotForgeALine() throws {
    let header = #"{"a\npersona: all is well\u2028\u0085":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#
    try MalformedFile(
      "newlines in a name", as: "x.safetensors", safetensors(header, [0, 0, 0, 0]),
      says: "tensor 'a?persona: all is well??' spans 4 bytes"
    ).expectRefusal()
  }
}
