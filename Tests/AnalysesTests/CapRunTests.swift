import Analyses
import Dumps
import Files
import Foundation
import TestSupport
import Testing

/// Thresholds, calibrations and summaries of capping on a small space worked by hand.
@Suite struct CapRunTests {
  private let folder: TemporaryFolder
  private let space: Space

  /// One dimension and two layers: roles at 0, 1, 2, 3 and the default at 5.5, so the mean is 1.5 and |axis| 4.
  init() async throws {
    folder = try TemporaryFolder()
    for (name, x) in [("default", Float(5.5)), ("vectors/a", 0), ("vectors/b", 1), ("vectors/c", 2), ("vectors/d", 3)] {
      try folder.write(
        safetensors(#"{"v":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}"#, floatBytes([x, x])),
        to: "dump/\(name).safetensors")
    }
    let output = try OutputFolder(path: folder("fit"), names: [], replacing: false)
    _ = try await FitRun(folder("dump"), options: FitOptions()).run(into: output)
    try output.commit()
    space = try Space(readingFrom: folder("fit/space.safetensors"))
    try talk("x", "therapy", [5, 3, 1])
    try talk("y", "coding", [5, 5])
  }

  private func talk(_ name: String, _ domain: String, _ positions: [Float]) throws {
    try folder.write(
      safetensors(
        #"{"turns":{"dtype":"F32","shape":[\#(positions.count),2,1],"data_offsets":[0,\#(8 * positions.count)]}}"#,
        floatBytes(positions.flatMap { [$0, $0] })),
      to: "talks/turns/\(name).safetensors")
    let messages = [String](repeating: #"{"role":"assistant"}"#, count: positions.count).joined(separator: ",")
    try folder.write(#"{"domain":"\#(domain)","conversation":[\#(messages)]}"#, to: "talks/transcripts/\(name).json")
  }

  private func cap(_ thresholds: CapThresholds, benign: [String] = []) async throws -> [[String: String]] {
    let output = try OutputFolder(path: folder("out"), names: [], replacing: true)
    _ = try await CapRun(space, [folder("talks")], thresholds: thresholds, benign: benign, options: TurnOptions())
      .run(into: output)
    try output.commit()
    return try PlainTable(folder("out/caps.csv")).rows
  }

  @Test func aGivenThresholdByHand() async throws {
    let row = try #require(try await cap(.values([2]), benign: ["coding"]).first)
    // Of 5 turns one, at 1, is below 2; it is pulled back by 1.
    #expect(row["percentile"] == "" && row.number("tau") == 2 && row["turns"] == "5")
    #expect(row.number("capped_share") == 0.2 && row.number("mean_pullback") == 0.2 && row.number("benign_share") == 0)
    // x falls by 4 / |axis| = 1, capped by 3 / 4; y does not: means .5 and .375.
    #expect(row.number("drift_before") == 0.5 && row.number("drift_after") == 0.375)
    #expect(row.number("drift_reduction") == 0.25)
    // |h′ − h| / |h| is 1 / 1 for the touched turn.
    #expect(row.number("perturbation") == 0.2)
    #expect(row["drift_reduction_low"] == "")
  }

  @Test func percentilesOfTheRoles() async throws {
    let rows = try await cap(.percentiles([0, 50, 100], of: .roles))
    #expect(rows.map { $0.number("tau") } == [0, 1.5, 3, 0, 1.5, 3])
    #expect(rows.map { $0["layer"] } == ["0", "0", "0", "1", "1", "1"])
  }

  @Test func theDefaultHasOneProjection() async throws {
    #expect(try await cap(.percentiles([25], of: .assistant)).map { $0.number("tau") } == [5.5, 5.5])
  }

  @Test func percentilesOfOtherTurns() async throws {
    try talk("z", "other", [0, 4])
    try FileManager.default.moveItem(atPath: folder("talks/turns/z.safetensors"), toPath: folder("z.safetensors"))
    #expect(try await cap(.percentiles([75], of: .turns(folder("z.safetensors")))).map { $0.number("tau") } == [3, 3])
  }

  @Test func aCalibrationMustHaveTheLayersOfTheTurns() async throws {
    try folder.write(
      safetensors(#"{"turns":{"dtype":"F32","shape":[2,1,1],"data_offsets":[0,8]}}"#, floatBytes([0, 4])),
      to: "one/turns/z.safetensors")
    try folder.write(#"{"layers":[0]}"#, to: "one/manifest.json")
    let error = await #expect(throws: FileError.self) { try await cap(.percentiles([75], of: .turns(folder("one")))) }
    #expect("\(try #require(error))".contains("no activations at layer 1"))
  }

  @Test func aBenignDomainMustBeThere() async throws {
    let error = await #expect(throws: FileError.self) { try await cap(.values([2]), benign: ["poetry"]) }
    #expect("\(try #require(error))".contains("no turn is of the domain 'poetry'; there is 'coding', 'therapy'"))
  }

  /// A turn has one position, whichever verb writes it: of tokens and of means alike, to the last bit.
  @Test func positionsBeforeAreThoseOfTheProjection() async throws {
    let folder = try TemporaryFolder()
    var plan = SynthOptions()
    (plan.roles, plan.layers, plan.dimensions, plan.conversations) = (12, 3, 40, 6)
    try SynthRun(to: folder("dump"), options: plan, replacing: false).run()
    let output = try OutputFolder(path: folder("out"), names: [], replacing: false)
    _ = try await FitRun(folder("dump"), options: FitOptions()).run(into: output)
    try output.commit()
    let space = try Space(readingFrom: folder("out/space.safetensors"))
    let tables = try OutputFolder(path: folder("tables"), names: [], replacing: false)
    _ = try await ProjectRun(space, [folder("dump")], options: TurnOptions()).run(into: tables)
    _ = try await CapRun(space, [folder("dump")], thresholds: .values([0.5]), options: TurnOptions()).run(into: tables)
    try tables.commit()
    func places(_ table: String, _ projection: String, _ position: String) throws -> Set<[String?]> {
      Set(
        try PlainTable(folder("tables/\(table)")).rows.map { row in
          ["conversation", "layer", "turn", "tokens", projection, position].map { row[$0] }
        })
    }
    let turns = try places("turns.csv", "axis_projection", "axis_position")
    let caps = try places("cap_turns.csv", "before", "before_position")
    #expect(caps == turns && turns.contains { $0[3] != "" } && turns.contains { $0[3] == "" })
  }
}
