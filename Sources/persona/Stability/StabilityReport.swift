internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `stability` prints: the personas, trends and variance in one layer.
struct StabilityReport {
  let text: String

  /// Personas that are shown one by one at each end.
  private static let shownPersonas = 10

  init(_ result: StabilityResult, _ shown: ShownLayer) {
    let layer = result.layers.first { $0.layer == shown.number } ?? result.layers[result.middle]
    let place = shown.words
    var lines = ["Resistance and instability at \(place)"]
    if result.hasDefault {
      lines += [Self.counts(layer), Self.personas(result, layer)] + Self.remarks(result, layer)
    } else {
      lines.append("  not told: there are no responses of the default to tell a persona's answers from")
    }
    if !layer.trends.isEmpty { lines += ["", "Over the levels of personas at \(place)", Self.trends(layer)] }
    if !layer.variances.isEmpty {
      lines += ["", "Where the variance sits at \(place)", VarianceReport.table(result, layer)]
      if let variance = layer.variances.first?.variance { lines.append(VarianceReport.answer(variance, result)) }
    } else if let reason = result.varianceReason {
      lines += ["", "Variance is not divided: \(reason)"]
    }
    text = lines.joined(separator: "\n")
  }

  private static func told(_ reading: PersonaReading) -> PersonaStates? {
    (try? reading.states.get()).flatMap { $0.identification == .identified ? $0 : nil }
  }

  private static func counts(_ layer: StabilityResult.Layer) -> String {
    let states = layer.readings.compactMap { try? $0.states.get() }
    let kinds = [(PersonaState.two, "a switch"), (.one, "graded"), (.none, "not told from the default")]
    let counts = kinds.map { kind, words in "\(states.count { $0.state == kind }) \(words)" }
    let identified = layer.readings.count { told($0) != nil }
    return
      "  \(identified) of \(layer.readings.count) personas are identified. Answers: \(counts.joined(separator: ", "))"
  }

  private static func personas(_ result: StabilityResult, _ layer: StabilityResult.Layer) -> String {
    let hasDepth = layer.readings.contains { $0.depth != nil }
    let hasRuns = layer.readings.contains { told($0)?.flips.share != nil }
    var table = TextTable(
      ["persona", "state", "departure", "resistance", "instability", "default's"] + (hasRuns ? ["flip"] : [])
        + (hasDepth ? ["depth"] : []) + ["quadrant", "samples"])
    let order = layer.readings.indices.sorted { (departure(layer, $0), $1) > (departure(layer, $1), $0) }
    let isShort = order.count <= 2 * shownPersonas
    for index in isShort ? order : Array(order.prefix(shownPersonas) + order.suffix(shownPersonas)) {
      let (persona, reading) = (result.personas[index], layer.readings[index])
      let (states, told) = (try? reading.states.get(), told(reading))
      table.append(
        [
          shown(persona.name, width: 16), states?.state.rawValue ?? "–", fixed(states?.departure.value, 1),
          estimate(told?.resistance), fixed(told?.instability.deviation.value, 2), fixed(told?.instability.floor, 2),
        ] + (hasRuns ? [wholePercent(told?.flips.share)] : [])
          + (hasDepth ? [fixed((try? reading.depth?.get())?.value.value, 2)] : [])
          + [told?.quadrant?.rawValue ?? "–", wholePercent(told?.quadrantShare)])
    }
    return table.text()
      + (isShort ? "" : "\n  (those that depart most and least from the default; all are in personas.csv)")
  }

  private static func departure(_ layer: StabilityResult.Layer, _ index: Int) -> Double {
    (try? layer.readings[index].states.get())?.departure.value ?? -.infinity
  }

  private static func estimate(_ estimate: Estimate?) -> String {
    guard let estimate, estimate.value.isFinite else { return "–" }
    return fixed(estimate.value, 2)
      + (estimate.interval.map { " (\(fixed($0.low, 2)) to \(fixed($0.high, 2)))" } ?? "")
  }

  /// What the columns mean, and why cells are empty.
  private static func remarks(_ result: StabilityResult, _ layer: StabilityResult.Layer) -> [String] {
    var lines = [
      "  departure: distance of the answers from the default's, in the default's standard deviations",
      "  resistance: the share of answers given as the default",
      "  instability: standard deviation of the others, in axis lengths; default's: that of its own answers along the same direction",
      "  samples: share of the bootstrap samples in that quadrant",
      "  resistant from \(fixed(result.cutoffs.resistance, 2)); unstable from \(fixed(result.cutoffs.instability, 2)) "
        + "and from \(fixed(result.cutoffs.ratio, 1)) times the default's own scatter",
    ]
    let states = layer.readings.compactMap { try? $0.states.get() }
    if states.contains(where: { if case .likeDefault = $0.identification { true } else { false } }) {
      lines.append(
        "  state none: never adopted, or the same as the default; an outside reference (--targets) decides which")
    }
    if states.contains(where: { $0.state == .one && $0.identification != .identified }) {
      lines.append("  state one, not identified: graded and near the default, so an answer can be either's")
    }
    let faults = layer.readings.count { if case .failure = $0.states { true } else { false } }
    if faults > 0 { lines.append("  no numbers for \(counted(faults, "persona")): the column note says why") }
    let agreements = layer.readings.compactMap { $0.agreement?.rankCorrelation }
    if !agreements.isEmpty {
      lines.append(
        "  scores: rank correlation with an answer's place, median of \(counted(agreements.count, "persona")): "
          + fixed(quantile(agreements, 0.5), 2))
    }
    lines += LengthRemark.lines(result, layer)
    let contradicted = layer.readings.indices.filter { index in
      told(layer.readings[index]) != nil && layer.readings[index].agreement?.isContradiction ?? false
    }
    if !contradicted.isEmpty {
      let names = contradicted.prefix(6).map { shown(result.personas[$0].name, width: 16) }.joined(separator: ", ")
      let more = contradicted.count > 6 ? " and \(contradicted.count - 6) more" : ""
      lines.append("  scores contradict the states of more than a quarter of the answers of \(names)\(more)")
    }
    return lines
  }

  private static func trends(_ layer: StabilityResult.Layer) -> String {
    var table = TextTable(["", "personas", "levels", "rank correlation", "95 %", "p"])
    for trend in layer.trends {
      let found = trend.trend
      table.append([
        words(trend.measure), "\(trend.personas)", "\(found.levels)", fixed(found.spearman, 2),
        range(found.interval, 2), found.spearmanProbability.isNaN ? "–" : probability(found.spearmanProbability),
      ])
    }
    return table.text()
  }

  private static func words(_ measure: StabilityTrend.Measure) -> String {
    switch measure {
    case .departure: "departure"
    case .resistance: "resistance"
    case .instability: "instability"
    case .axisDeparture: "departure along the axis"
    case .axisInstability: "instability along the axis"
    }
  }
}
