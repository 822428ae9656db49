import Foundation
import TestSupport
import Testing

/// The way a new user goes: the demo, and one verb after the other.
@Suite struct AnalyzeTests {
  private let folder: TemporaryFolder
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  init() throws { folder = try TemporaryFolder() }

  @Test func theDemoGivesAReadableReport() throws {
    let outcome = try PersonaCommand.run([
      "analyze", Self.root + "/Data/demo", "--layer", "3", "-o", folder("out"), "--details",
    ])
    #expect(outcome.status == 0, "\(outcome.complaint)")
    for words in [
      "Verdict: Assistant axis FOUND, found at 4 of 6 layers", "most Assistant-like", "Drift at layer 3", "philosophy",
      "Tether at layer 3", "Spread over regenerations", "Resistance and instability at layer 3",
      "Where the variance sits",
      "The Assistant's next position at layer 3",
      "Capping at layer 3", "Written to \(folder("out"))",
    ] { #expect(outcome.output.contains(words), "\(words)") }
    #expect(
      try folder("out").contentsOfFolder() == [
        "calibration.csv", "cap_turns.csv", "caps.csv", "components.csv", "conversations.csv", "curves.csv",
        "drift.csv", "figures", "groups.csv", "layers.csv", "nulls.csv", "personas.csv", "prediction.csv",
        "ranges.csv", "recommendation.csv",
        "report.html", "roles.csv", "run.json",
        "space.safetensors",
        "stability_trends.csv",
        "superposition.csv", "tether.csv", "trends.csv", "turns.csv", "user_conversations.csv", "user_curves.csv",
        "variance.csv", "windows.csv",
      ])
  }

  /// The first screen: what there is, how far, how sure; and nothing that is cut off at the right.
  @Test func theAnswerIsOnOneScreen() throws {
    let outcome = try PersonaCommand.run(["analyze", Self.root + "/Data/demo", "--layer", "3", "-o", folder("out")])
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count <= 22 && lines.allSatisfy { $0.count <= 100 || $0.hasPrefix("Written to") })
    for words in [
      "Axis      FOUND (found at 4 of 6 layers)", "Layer     everything below is read at layer 3", "therapy -",
      "philosophy -",
      "leaves with", "resisted: ", "Capping ", "--details", "Written to \(folder("out"))",
    ] { #expect(outcome.output.contains(words), "\(words)") }
    // A domain whose interval holds 0 is not said to drift.
    #expect(!outcome.output.split(separator: "Tether")[0].contains("coding -"))
  }

  @Test func theVerbsOneByOneGiveWhatAnalyzeGives() throws {
    func run(_ arguments: String...) throws {
      let outcome = try PersonaCommand.run(arguments + ["-q"])
      #expect(outcome.status == 0, "\(outcome.complaint)")
    }
    let demo = Self.root + "/Data/demo"
    // The verbs take the middle layer, an analysis the recommended one.
    try run("analyze", demo, "--layer", "3", "-o", folder("all"))
    try run("fit", demo, "-o", folder("one"))
    try run("project", folder("one/space.safetensors"), demo, "-o", folder("one"))
    try run("drift", folder("one/turns.csv"), "-o", folder("one"))
    try run("cap", folder("one/space.safetensors"), demo, "-o", folder("one"))
    try run("stability", folder("one/space.safetensors"), demo, "-o", folder("one"))
    try run("predict", folder("one/turns.csv"), demo + "/embeddings", "-o", folder("one"))
    for name in try folder("one").contentsOfFolder() {
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: folder("one/\(name)")))
          == Data(contentsOf: URL(fileURLWithPath: folder("all/\(name)"))), "\(name)")
    }
  }

  @Test func theRecordDigestsEveryInput() throws {
    struct Record: Decodable {
      struct Input: Decodable {
        let path: String
        let sha256, xxh3: String?
        let size: Int
      }

      let command: String
      let inputs: [Input]
      let options: [String: String]
      let seed: UInt64
      let versions: [String: String]
    }
    let demo = Self.root + "/Data/demo"
    _ = try PersonaCommand.run(["analyze", demo, "-o", folder("out"), "-q", "--seed", "5"])
    let record = try JSONDecoder().decode(
      Record.self, from: Data(contentsOf: URL(fileURLWithPath: folder("out/run.json"))))
    #expect(record.command == "analyze" && record.seed == 5 && record.versions["persona"] != nil)
    // 45 roles, their responses, scores and texts, the default and its, 256 conversations with transcripts, of which 48 have embeddings,
    // the manifest, and the tables of roles and prompts.
    #expect(record.inputs.count == 4 * 45 + 3 + 2 * 256 + 48 + 3)
    #expect(record.inputs.allSatisfy { ($0.sha256 == nil) != ($0.xxh3 == nil) })
    #expect(record.inputs.count { $0.xxh3 != nil } == 45)
    #expect(Set(record.inputs.map(\.path)).count == record.inputs.count)
    let sha256sum = Process()
    let pipe = Pipe()
    sha256sum.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    (sha256sum.arguments, sha256sum.standardOutput) = (["\(demo)/vectors/default.safetensors"], pipe)
    try sha256sum.run()
    let digest = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).prefix(64)
    #expect(record.inputs.first { $0.path == "vectors/default.safetensors" }?.sha256 == String(digest))
  }

  @Test func jsonIsAllThatIsPrinted() throws {
    let outcome = try PersonaCommand.run(["analyze", Self.root + "/Data/demo", "-o", folder("out"), "--json"])
    let summary = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    #expect((summary?["fit"] as? [String: Any])?["verdict"] as? String == "found")
  }

  @Test func convertKeepsValuesAndTypes() throws {
    let pickle = PickleBuilder().op("}(").string("vector").tensor(
      key: "0", storage: "BFloat16Storage", count: 2, shape: [2], strides: [1]
    ).string("type").string("mean").op("u")
    let input = try folder.write(torchFile(pickle.stopped, storages: ["0": [0xC0, 0x3F, 0, 0xC0]]), to: "x.pt")
    #expect(try PersonaCommand.run(["convert", input, "-o", folder("x.safetensors")]).status == 0)
    let written = try Data(contentsOf: URL(fileURLWithPath: folder("x.safetensors")))
    #expect(written.suffix(4) == Data([0xC0, 0x3F, 0, 0xC0]))
    let header = String(decoding: written.dropFirst(8).dropLast(4), as: UTF8.self)
    #expect(
      header.contains(#""vector":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}"#)
        && header.contains(#""type":"mean""#))
    let outcome = try PersonaCommand.run(["convert", input, "-o", folder("x.npy")])
    #expect(outcome.status == 0 && outcome.complaint.contains("written as float32"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder("x.npy"))).suffix(8) == Data(floatBytes([1.5, -2])))
    #expect(try PersonaCommand.run(["convert", input, "-o", input + ".npy", "--tensor", "nope"]).status == 65)
  }

  @Test func inspectShowsAFileAndAFolder() throws {
    let outcome = try PersonaCommand.run([
      "inspect", Self.root + "/Data/demo", Self.root + "/Data/demo/vectors/default.safetensors",
    ])
    #expect(outcome.status == 0)
    for words in ["vectors/", "turns/", "6 × 160", "46", "manifest: Data/organism, layers 0 to 5", "safetensors"] {
      #expect(outcome.output.contains(words), "\(words)")
    }
  }
}

extension String {
  fileprivate func contentsOfFolder() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: self).sorted()
  }
}
