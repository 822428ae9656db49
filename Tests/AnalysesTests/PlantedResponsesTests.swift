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
      let resistance, instability, axisResistance, axisInstability: Double
    }
    let responses: Responses
  }

  @Test func plantedResistanceIsRecovered() async throws {
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
    var held: [String: Int] = [:]
    for persona in truth.personas {
      let row = try #require(rows.first { $0["persona"] == persona.persona })
      for (name, wanted) in [
        ("resistance", persona.resistance), ("instability", persona.instability),
        ("axis_resistance", persona.axisResistance), ("axis_instability", persona.axisInstability),
      ] {
        let isHeld = row.number("\(name)_low") <= wanted && wanted <= row.number("\(name)_high")
        held[name, default: 0] += isHeld ? 1 : 0
      }
      #expect(abs(row.number("resistance") - persona.resistance) < 0.2)
    }
    // Of 24 intervals of 95 %, fewer than 19 hold by chance once in two hundred times.
    for (name, count) in held { #expect(count >= 19, "\(name): \(count) of 24") }
    let quadrants = truth.personas.filter { persona in
      rows.contains { $0["persona"] == persona.persona && $0["quadrant"] == persona.quadrant }
    }
    #expect(quadrants.count >= 19)

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
