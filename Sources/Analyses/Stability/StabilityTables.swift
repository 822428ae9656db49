internal import Dumps
internal import Files
internal import Glibc
internal import PersonaSpace
internal import Statistics

/// `personas.csv`, `adherence.csv` and `stability_trends.csv`, in the columns of the interface, and what is beside them behind
/// those.
enum StabilityTables {
  struct PersonaRow {
    let result: StabilityResult
    let layer: Int
    let persona: StabilityResult.Persona
    let reading: PersonaReading

    var states: PersonaStates? { try? reading.states.get() }
    var depth: PersonaDepth? { try? reading.depth?.get() }
    /// The states, if resistance and instability are told.
    var told: PersonaStates? { states.flatMap { $0.identification == .identified ? $0 : nil } }

    /// A part of the variance as a standard deviation; 0 for a negative variance.
    func part(_ part: (StateSpread) -> StateSpread.Part) -> Double? {
      told?.instability.parts.flatMap { try? part($0).get() }.map { max($0, 0).squareRoot() }
    }
  }

  static let personaSchema = CSVSchema<PersonaRow> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("persona") { .text($0.persona.name) }
    CSVColumn("group") { .text($0.persona.label.group) }
    CSVColumn("level") { .text($0.persona.label.level) }
    CSVColumn("count") { .integer($0.persona.count) }
    CSVColumn("distance") { .number($0.states?.distance) }
    CSVColumn("departure") { .number($0.states?.departure.value) }
    intervalColumns("departure") { $0.states?.departure.interval }
    CSVColumn("floor") { .number($0.states?.floor) }
    CSVColumn("state") { .text($0.states?.state.rawValue) }
    CSVColumn("separation") { .number($0.states?.mixture.separation) }
    CSVColumn("advantage") { .number($0.states?.advantage.value) }
    CSVColumn("home_position") { $0.states?.state == .two ? .number($0.states?.mixture.homePosition) : .empty }
    CSVColumn("identified") { .text($0.states.map { $0.identification == .identified ? "yes" : "no" }) }
    CSVColumn("resistance") { .number($0.told?.resistance.value) }
    intervalColumns("resistance") { $0.told?.resistance.interval }
    CSVColumn("depth") { .number($0.depth?.value.value) }
    intervalColumns("depth") { $0.depth?.value.interval }
    CSVColumn("depth_reference") { .text($0.depth?.reference.rawValue) }
    CSVColumn("instability") { .number($0.told?.instability.deviation.value) }
    intervalColumns("instability") { $0.told?.instability.deviation.interval }
    CSVColumn("instability_default") { .number($0.states?.instability.floor) }
    CSVColumn("instability_prompt") { .number($0.part(\.prompt)) }
    CSVColumn("instability_question") { .number($0.part(\.question)) }
    CSVColumn("instability_run") { .number($0.part(\.run)) }
    CSVColumn("flip") { .number($0.told?.flips.share) }
    intervalColumns("flip") { $0.told?.flips.interval }
    CSVColumn("quadrant") { .text($0.told?.quadrant?.rawValue) }
    CSVColumn("quadrant_share") { .number($0.told?.quadrantShare) }
    CSVColumn("note") { .text(StabilityNotes.note($0.persona, $0.reading, $0.result)) }
    CSVColumn("advantage_t") { .number($0.states?.advantage.t) }
    intervalColumns("departure_zero") { $0.reading.zero }
    CSVColumn("spread") { .number($0.states?.instability.deviation.value) }
    CSVColumn("axis_position") { .number($0.reading.position) }
    CSVColumn("axis_departure") { .number($0.reading.axisDeparture) }
    CSVColumn("axis_instability") { .number($0.reading.axisInstability) }
    CSVColumn("score_correlation") { .number($0.reading.agreement?.rankCorrelation) }
    CSVColumn("score_agreement") { $0.told == nil ? .empty : .number($0.reading.agreement?.agreement) }
    CSVColumn("questions") { .integer($0.persona.questions) }
    estimateColumns("length_correlation", "Of an answer's place and the logarithm of its characters, within questions.")
    {
      $0.reading.length?.correlation
    }
    estimateColumns("departure_at_length", "The departure if answers were as long as the default's.") {
      $0.reading.length?.adjustedDeparture
    }
    CSVColumn("length_ratio", "How many times as long its answers are as the default's, by the mean logarithm.") {
      .number($0.reading.length.map { exp($0.excess) })
    }
  }

  static func personas(_ result: StabilityResult) -> CSVTable {
    personaSchema.table { take in
      for layer in result.layers {
        for (persona, reading) in zip(result.personas, layer.readings) {
          try take(PersonaRow(result: result, layer: layer.layer, persona: persona, reading: reading))
        }
      }
    }
  }

  struct ResponseRow {
    let layer: Int
    let persona, key: String
    let prompt, question, run: Int?
    let position, home, score: Double?
  }

  static let responseSchema = CSVSchema<ResponseRow> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("persona") { .text($0.persona) }
    CSVColumn("key") { .text($0.key) }
    CSVColumn("prompt") { .integer($0.prompt) }
    CSVColumn("question") { .integer($0.question) }
    CSVColumn("run") { .integer($0.run) }
    CSVColumn("position") { .number($0.position) }
    CSVColumn("at_home") { .number($0.home) }
    CSVColumn("score") { .number($0.score) }
  }

  static let trendSchema = CSVSchema<(layer: Int, trend: StabilityTrend, falseDiscoveryRate: Double)> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("measure") { .text($0.trend.measure.rawValue) }
    CSVColumn("personas") { .integer($0.trend.personas) }
    trendColumns { $0.trend.trend }
    CSVColumn("q") { .number($0.falseDiscoveryRate) }
  }

  static func trends(_ result: StabilityResult) -> CSVTable {
    // Over all layers and measures, which are searched together.
    let rows = result.layers.flatMap { layer in layer.trends.map { (layer.layer, $0) } }
    let rates = falseDiscoveryRates(rows.map { $1.trend.spearmanProbability })
    return trendSchema.table { take in
      for ((layer, trend), rate) in zip(rows, rates) { try take((layer, trend, rate)) }
    }
  }

  static func variance(_ result: StabilityResult) -> CSVTable { VarianceTable.table(result) }
}
