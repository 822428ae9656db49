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
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("persona", "The persona.") { .text($0.persona.name) }
    CSVColumn("group", "Its group in roles.csv.", empty: "it has none") { .text($0.persona.label.group) }
    CSVColumn("level", "Its level there.", empty: "it has none") { .text($0.persona.label.level) }
    CSVColumn("count", "Its responses.", .count) { .integer($0.persona.count) }
    CSVColumn("distance", "Mean length of the way from the default to it.", .length, empty: "not identified: see note")
    { .number($0.states?.distance) }
    CSVColumn(
      "departure", "How far its answers lie from the default's to the same questions.", .defaultDeviations,
      empty: "not identified: see note"
    ) { .number($0.states?.departure.value) }
    intervalColumns("departure", .defaultDeviations) { $0.states?.departure.interval }
    CSVColumn(
      "floor", "Standard deviation of the default's own answers along the way, in shares of the way.", .ratio,
      empty: "not identified: see note"
    ) { .number($0.states?.floor) }
    CSVColumn(
      "state", "two: given as the default or as the persona; one; none: not told from the default.", .word,
      empty: "not identified: see note"
    ) { .text($0.states?.state.rawValue) }
    CSVColumn(
      "separation", "Distance of the two states in standard deviations.", .ratio, empty: "not identified: see note"
    ) { .number($0.states?.mixture.separation) }
    CSVColumn(
      "advantage", "How much better two states predict held-out answers than one.", .nats,
      empty: "not identified: see note"
    ) { .number($0.states?.advantage.value) }
    CSVColumn(
      "home_position", "Place of the default's state, in shares of the way.", .number, empty: "state is not two"
    ) { $0.states?.state == .two ? .number($0.states?.mixture.homePosition) : .empty }
    CSVColumn(
      "identified", "yes or no: whether resistance can be told.", .word, empty: "answers could not be placed: see note"
    ) { .text($0.states.map { $0.identification == .identified ? "yes" : "no" }) }
    CSVColumn("resistance", "The share of answers given as the default.", .share, empty: "not identified: see note") {
      .number($0.told?.resistance.value)
    }
    intervalColumns("resistance", .share) { $0.told?.resistance.interval }
    CSVColumn(
      "depth", "1 − the adopted answers' distance from the default over the reference's: 0 as far as it, 1 not at all.",
      .number, empty: "there is no outside reference, or it is not clear: see note"
    ) { .number($0.depth?.value.value) }
    intervalColumns("depth", .number) { $0.depth?.value.interval }
    CSVColumn("depth_reference", "What it is held against: targets or doses.", .word, empty: "there is none") {
      .text($0.depth?.reference.rawValue)
    }
    CSVColumn(
      "instability", "Standard deviation of the adopted answers along the way.", .positionSpread,
      empty: "not identified: see note"
    ) { .number($0.told?.instability.deviation.value) }
    intervalColumns("instability", .positionSpread) { $0.told?.instability.deviation.interval }
    CSVColumn(
      "instability_default", "The same of the default's own answers along the same direction.", .positionSpread,
      empty: "not identified: see note"
    ) { .number($0.states?.instability.floor) }
    CSVColumn(
      "instability_prompt", "The part of it between prompts.", .positionSpread, empty: "not identified: see note"
    ) { .number($0.part(\.prompt)) }
    CSVColumn("instability_question", "The part between questions.", .positionSpread, empty: "not identified: see note")
    { .number($0.part(\.question)) }
    CSVColumn(
      "instability_run", "The part between runs of one prompt and question.", .positionSpread,
      empty: "not identified: see note"
    ) { .number($0.part(\.run)) }
    CSVColumn(
      "flip", "The share of pairs of runs under one prompt and question that are in different states.", .share,
      empty: "there are no runs, or it is not identified"
    ) { .number($0.told?.flips.share) }
    intervalColumns("flip", .share) { $0.told?.flips.interval }
    CSVColumn("quadrant", "adopted, resistant, unstable or both.", .word, empty: "not identified: see note") {
      .text($0.told?.quadrant?.rawValue)
    }
    CSVColumn(
      "quadrant_share", "The share of bootstrap samples that are in that quadrant.", .share,
      empty: "there is no quadrant, or no samples"
    ) { .number($0.told?.quadrantShare) }
    CSVColumn("note", "Why cells are empty.", empty: "nothing is missing") {
      .text(StabilityNotes.note($0.persona, $0.reading, $0.result))
    }
    CSVColumn("advantage_t", "The advantage over its standard error.", .number, empty: "not identified: see note") {
      .number($0.states?.advantage.t)
    }
    intervalColumns("departure_zero", .defaultDeviations) { $0.reading.zero }
    CSVColumn(
      "spread", "Standard deviation of the adopted answers, whether or not it is identified.", .positionSpread,
      empty: "not identified: see note"
    ) { .number($0.states?.instability.deviation.value) }
    CSVColumn("axis_position", "Mean axis position of the answers.", .position, empty: "there is no default") {
      .number($0.reading.position)
    }
    CSVColumn(
      "axis_departure", "Departure along the axis, away from the Assistant.", .defaultDeviations,
      empty: "there is no default"
    ) { .number($0.reading.axisDeparture) }
    CSVColumn(
      "axis_instability", "Standard deviation of the adopted answers along the axis.", .positionSpread,
      empty: "not identified: see note"
    ) { .number($0.reading.axisInstability) }
    CSVColumn(
      "score_correlation", "Rank correlation of an answer's score and its place.", .correlation,
      empty: "there are no scores that differ"
    ) { .number($0.reading.agreement?.rankCorrelation) }
    CSVColumn(
      "score_agreement", "The share of answers whose state agrees with their score.", .share,
      empty: "there are no scores, or it is not identified"
    ) { $0.told == nil ? .empty : .number($0.reading.agreement?.agreement) }
    CSVColumn("questions", "Its questions.", .count) { .integer($0.persona.questions) }
    estimateColumns(
      "length_correlation", "Correlation of an answer's place and the logarithm of its characters, within questions.",
      .correlation, empty: "lengths are not known"
    ) {
      $0.reading.length?.correlation
    }
    estimateColumns(
      "departure_at_length", "The departure if answers were as long as the default's.", .defaultDeviations,
      empty: "lengths are not known"
    ) {
      $0.reading.length?.adjustedDeparture
    }
    CSVColumn(
      "length_ratio", "How many times as long its answers are as the default's, by the mean logarithm.", .ratio,
      empty: "lengths are not known"
    ) {
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
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("persona", "The persona.") { .text($0.persona) }
    CSVColumn("key", "The key of the response in the dump.") { .text($0.key) }
    CSVColumn("prompt", "Its prompt.", .index, empty: "the key does not say") { .integer($0.prompt) }
    CSVColumn("question", "Its question.", .index, empty: "the key does not say") { .integer($0.question) }
    CSVColumn("run", "Its run.", .index, empty: "the key does not say") { .integer($0.run) }
    CSVColumn(
      "position", "Its place on the way from the default (0) to the persona (about 1).", .number,
      empty: "answers could not be placed"
    ) { .number($0.position) }
    CSVColumn(
      "at_home", "Probability that it was given as the default.", .probability, empty: "not identified: see note"
    ) { .number($0.home) }
    CSVColumn("score", "Its score.", .number, empty: "it has none") { .number($0.score) }
  }

  static let trendSchema = CSVSchema<(layer: Int, trend: StabilityTrend, falseDiscoveryRate: Double)> {
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("measure", "departure, resistance, instability, and departure and instability along the axis.", .word) {
      .text($0.trend.measure.rawValue)
    }
    CSVColumn("personas", "Personas that have a level and the measure.", .count) { .integer($0.trend.personas) }
    trendColumns { $0.trend.trend }
    CSVColumn(
      "q", "spearman_p adjusted over layers and measures (Benjamini and Hochberg).", .probability,
      empty: "there is no p"
    ) { .number($0.falseDiscoveryRate) }
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
