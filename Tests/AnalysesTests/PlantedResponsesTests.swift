import Analyses
internal import Dumps
import Files
internal import PersonaSpace
import TestSupport
import Testing

/// Planted resistance, instability and variance come back from a synthetic dump.
@Suite struct PlantedResponsesTests {
  private struct Truth: Decodable {
    struct Responses: Decodable { let layers: [Layer] }
    struct Layer: Decodable {
      let personas: [Persona]
      let variance: [String: Double]
      let icc: Double
    }
    struct Persona: Decodable {
      let persona, quadrant: String
      let resistance, instability, distance: Double
      let instabilityDefault: Double
    }
    let responses: Responses
  }

  @Test func plantedStatesAreRecovered() async throws {
    let folder = try TemporaryFolder()
    var plan = SynthOptions()
    (plan.roles, plan.layers, plan.dimensions, plan.conversations) = (24, 1, 48, 0)
    (plan.seed, plan.responses) = (5, .init())
    try SynthRun(to: folder("dump"), options: plan, replacing: false).run()
    let truth = try #require(try decodedJSON(Truth.self, at: folder("dump/truth.json")).responses.layers.first)
    var options = AnalyzeOptions()
    options.fit.settings.replicates = 400
    let output = try OutputFolder(path: folder("out"), names: AnalyzeRun.outputs, replacing: false)
    let result = try await AnalyzeRun(folder("dump"), options: options).run(into: output)
    try output.commit()
    #expect(result.stability != nil && result.prediction == nil)

    let rows = try PlainTable(folder("out/personas.csv")).rows
    #expect(rows.count == 24)
    var (told, held, same) = (0, 0, 0)
    for persona in truth.personas {
      let row = try #require(rows.first { $0["persona"] == persona.persona })
      #expect(row["identified"] == "yes" || persona.distance < 1.2, "\(persona)")
      guard row["identified"] == "yes" else { continue }
      told += 1
      #expect(abs(row.number("resistance") - persona.resistance) < 0.1, "\(persona)")
      #expect(abs(row.number("instability") / persona.instability - 1) < 0.35, "\(persona)")
      held += row.number("resistance_low") <= persona.resistance ? 1 : 0
      held += persona.resistance <= row.number("resistance_high") ? 1 : 0
      same += row["quadrant"] == persona.quadrant ? 1 : 0
    }
    // Of 40 ends of intervals of 95 %, more than 4 are wrong by chance once in some hundreds of times.
    #expect(told >= 18 && held >= 2 * told - 4 && same >= told - 3)

    let variance = try #require(
      try PlainTable(folder("out/variance.csv")).rows(where: ["readout": "axis_position"]).first)
    let total = truth.variance.values.reduce(0, +)
    for (column, source, margin) in [
      ("share_persona", "persona", 0.08), ("share_prompt", "prompt", 0.05), ("share_question", "question", 0.06),
      ("share_residual", "cell", 0.04), ("share_run", "run", 0.08),
    ] {
      #expect(abs(variance.number(column) - (truth.variance[source] ?? 0) / total) < margin, "\(column)")
    }
    #expect(variance.number("icc_low") <= truth.icc && truth.icc <= variance.number("icc_high"))
    #expect(variance["runs_vary_as_much"] == "yes" && variance.number("p") == 0.001)
  }
}
