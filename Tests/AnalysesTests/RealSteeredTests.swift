import Analyses
import Dumps
import Files
import Foundation
import TestSupport
import Testing

/// A model steered off the Assistant step by step, as the turns of a conversation, against the NumPy definitions.
@Suite(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
struct RealSteeredTests {
  private struct Expected: Decodable {
    struct Trait: Decodable {
      let alphas: [String]
      let axisProjection, axisPosition, axisDistance, offAxisDistance, cosine: [Double]
      let drift: [String: Double]
      let capped: [String: [Double]]
    }

    let taus: [String: Double]
    let steered: [String: Trait]
  }

  private let tolerance = 1e-9

  @Test func projectionDriftAndCappingAgree() async throws {
    let expected = try SharedData.expected("steered-llama-3.1-8b.json", as: Expected.self)
    let folder = try TemporaryFolder()
    let output = try OutputFolder(path: folder("fit"), names: FitRun.outputs, replacing: false)
    _ = try await FitRun(SharedData.file("real/roles/llama-3.1-8b"), options: FitOptions()).run(into: output)
    try output.commit()
    let space = try Space(readingFrom: folder("fit/space.safetensors"))

    let turns = try OutputFolder(path: folder("turns"), names: [], replacing: false)
    let paths = [SharedData.file("real/steered")]
    let percentiles = [1.0, 25, 50, 75]
    _ = try await ProjectRun(space, paths, options: TurnOptions()).run(into: turns)
    _ = try await CapRun(space, paths, thresholds: .percentiles(percentiles, of: .roles), options: TurnOptions())
      .run(into: turns)
    try turns.commit()
    let drifts = try OutputFolder(path: folder("drift"), names: [], replacing: false)
    _ = try await DriftRun(DriftTracks(readingFrom: folder("turns/turns.csv"))).run(into: drifts)
    try drifts.commit()

    let projected = try PlainTable(folder("turns/turns.csv"))
    let capped = try PlainTable(folder("turns/cap_turns.csv"))
    let conversations = try PlainTable(folder("drift/conversations.csv"))
    #expect(conversations.rows.count == expected.steered.count)
    for (name, truth) in expected.steered {
      let rows = projected.rows(where: ["conversation": name])
      #expect(rows.count == truth.alphas.count)
      for (column, numbers) in [
        ("axis_projection", truth.axisProjection), ("axis_position", truth.axisPosition),
        ("axis_distance", truth.axisDistance), ("off_axis_distance", truth.offAxisDistance),
        ("cosine", truth.cosine),
      ] {
        for (row, number) in zip(rows, numbers) { #expect(relativeError(row.number(column), number) < tolerance) }
      }
      let drift = try #require(conversations.rows(where: ["conversation": name]).first)
      for (column, number) in truth.drift { #expect(relativeError(drift.number(column), number) < tolerance) }
      for percentile in percentiles {
        let label = "\(Int(percentile))"
        let rows = capped.rows(where: ["conversation": name, "percentile": "\(percentile)"])
        #expect(rows.count == truth.alphas.count && truth.capped[label]?.count == rows.count)
        for (row, number) in zip(rows, try #require(truth.capped[label])) {
          #expect(relativeError(row.number("after"), number) < tolerance)
          #expect(relativeError(row.number("tau"), try #require(expected.taus[label])) < tolerance)
          #expect(row["granularity"] == "turn")
        }
      }
    }
  }
}
