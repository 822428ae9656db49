import Analyses
import Dumps
import Files
import Foundation
internal import PersonaSpace
import TensorFiles
import TestSupport
import Testing

/// A synthetic dump analysed from end to end against its own `truth.json`.
@Suite struct PlantedTruthTests {
  private struct Truth: Decodable {
    struct Layer: Decodable {
      let layer: Int
      let axisNorm: Double
      let axis: [Double]
    }
    struct Role: Decodable {
      let role: String
      let position: Double
    }
    struct Conversation: Decodable {
      let conversation, domain, granularity: String
      let positions, cappedPositions: [Double]
    }
    struct Cap: Decodable { let percentile, position: Double }
    struct Domain: Decodable {
      let domain: String
      let drifts: Bool
    }

    let roles: [Role]
    let layers: [Layer]
    let conversations: [Conversation]
    let cap: Cap
    let domains: [Domain]
  }

  /// What rounding each activation to its type on disk can move a position by.
  @Test(arguments: [(ElementType.float32, 1e-5), (.bfloat16, 0.02)])
  func plantedNumbersAreRecovered(type: ElementType, tolerance: Double) async throws {
    let folder = try TemporaryFolder()
    var plan = SynthOptions()
    (plan.elementType, plan.seed) = (type, 11)
    try SynthRun(to: folder("dump"), options: plan, replacing: false).run()
    let truth = try decodedJSON(Truth.self, at: folder("dump/truth.json"))

    var options = AnalyzeOptions()
    options.percentiles = [truth.cap.percentile]
    let output = try OutputFolder(path: folder("out"), names: AnalyzeRun.outputs, replacing: false)
    let result = try await AnalyzeRun(folder("dump"), options: options).run(into: output)
    try output.commit()
    #expect(result.fit.verdict == .found)

    let space = try TensorFile(path: folder("out/space.safetensors"))
    let axis = try space.tensor(named: "axis")
    for layer in truth.layers {
      let found = try space.read(axis, [layer.layer..<layer.layer + 1, 0..<plan.dimensions])
      let norm = found.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let cosine = zip(found, layer.axis).reduce(0) { $0 + $1.0 * $1.1 } / norm
      #expect(cosine > 0.99)
      #expect(abs(norm / layer.axisNorm - 1) < tolerance)
    }
    let roles = try PlainTable(folder("out/roles.csv"))
    for role in truth.roles {
      let rows = roles.rows(where: ["role": role.role])
      #expect(rows.count == truth.layers.count)
      for row in rows {
        #expect(abs(row.number("axis_position") - role.position) < tolerance)
      }
    }
    let (turns, caps) = (try PlainTable(folder("out/turns.csv")), try PlainTable(folder("out/cap_turns.csv")))
    let drifts = try PlainTable(folder("out/conversations.csv"))
    for conversation in truth.conversations {
      let name = ["conversation": conversation.conversation]
      for layer in truth.layers.indices {
        let place = name.merging(["layer": "\(layer)"]) { $1 }
        let (turnRows, capRows) = (turns.rows(where: place), caps.rows(where: place))
        #expect(turnRows.count == conversation.positions.count && capRows.count == turnRows.count)
        for (row, position) in zip(turnRows, conversation.positions) {
          #expect(abs(row.number("axis_position") - position) < tolerance)
          #expect(row["domain"] == conversation.domain && row["speaker"] == "assistant")
        }
        for (row, position) in zip(capRows, conversation.cappedPositions) {
          #expect(abs(row.number("after_position") - position) < tolerance)
          #expect(row["granularity"] == conversation.granularity)
        }
        let drift = try #require(drifts.rows(where: place).first)
        let change = conversation.positions[conversation.positions.count - 1] - conversation.positions[0]
        #expect(abs(drift.number("change") - change) < 2 * tolerance)
      }
    }
    // The 25th percentile of 48 sorted positions lies a quarter of the way from one place below (index 11) to the
    // next: .25 · 47 = 11.75.
    let sorted = truth.roles.map(\.position).sorted()
    #expect(abs(truth.cap.position - (0.25 * sorted[11] + 0.75 * sorted[12])) < 1e-12)
    // The domains that were made to leave the Assistant do, the others stay.
    let groups = try #require(result.drift).groups(layer: 2)
    for domain in truth.domains {
      let group = try #require(groups.first { $0.domain == domain.domain })
      #expect((group.end < 0.5) == domain.drifts)
    }
  }

  @Test func theSameSeedGivesTheSameBytesForAnyNumberOfThreads() async throws {
    let folder = try TemporaryFolder()
    try SynthRun(to: folder("dump"), options: SynthOptions(), replacing: false).run()
    var results: [[String: [UInt8]]] = []
    for threads in [1, 2, 3, 8] {
      var options = AnalyzeOptions()
      options.fit.settings.threads = threads
      let output = try OutputFolder(path: folder("out\(threads)"), names: AnalyzeRun.outputs, replacing: false)
      _ = try await AnalyzeRun(folder("dump"), options: options).run(into: output)
      try output.commit()
      results.append(try folderBytes(folder("out\(threads)")))
    }
    for result in results.dropFirst() { #expect(result == results[0]) }
  }

  /// Layers read in several groups, for want of memory or as they do not follow one another, give what one group
  /// gives.
  @Test func someLayersGiveTheSameNumbersAsAll() async throws {
    let folder = try TemporaryFolder()
    try SynthRun(to: folder("dump"), options: SynthOptions(), replacing: false).run()
    func fit(_ layers: String, _ name: String, groupBytes: Int = 1 << 30) async throws -> PlainTable {
      var options = FitOptions()
      options.settings.layers = try #require(LayerSelection(layers))
      options.groupBytes = groupBytes
      let output = try OutputFolder(path: folder(name), names: [], replacing: false)
      _ = try await FitRun(folder("dump"), options: options).run(into: output)
      try output.commit()
      return try PlainTable(folder("\(name)/roles.csv"))
    }
    let (all, some) = (try await fit("all", "all"), try await fit("1,3", "some"))
    #expect(some.rows == all.rows.filter { $0["layer"] == "1" || $0["layer"] == "3" })
    // 48 roles of 256 doubles take 98 kB a layer: groups of three layers and one, and of one each.
    for bytes in [300_000, 1] {
      let grouped = try await fit("all", "grouped\(bytes)", groupBytes: bytes)
      #expect(grouped.rows == all.rows)
      let files = ["all", "grouped\(bytes)"].map { URL(fileURLWithPath: folder("\($0)/space.safetensors")) }
      #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]))
    }
  }
}
