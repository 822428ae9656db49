internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `stability` prints: quadrants and variance in one layer.
struct StabilityReport {
  let text: String

  /// Personas that are shown one by one.
  private static let shownPersonas = 10

  init(_ result: StabilityResult, layer index: Int) {
    let layer = result.layers[index]
    let place = "layer \(layer.layer)\(result.layers.count > 1 ? " (the middle one)" : "")"
    var lines = [
      "Resistance and instability at \(place), in shares of the way from the default to each persona's target",
      "  resistant from \(fixed(result.cutoffs.resistance, 2)), unstable from \(fixed(result.cutoffs.instability, 2)); "
        + Self.quadrants(layer), "",
    ]
    lines.append(Self.personas(result, layer))
    let doubtful = layer.readings.indices.filter { layer.readings[$0]?.isHardlyReliable ?? false }
    if !doubtful.isEmpty {
      let names = doubtful.map { shown(result.personas[$0].name, width: 28) }
      lines.append("  hardly told from the default, so of no account: \(names.joined(separator: ", "))")
    }
    for row in result.trends where row.layer == layer.layer && row.trend.measure == .resistance {
      let trend = row.trend.trend
      let reach = trend.interval.map { " (\(fixed($0.low, 2)) to \(fixed($0.high, 2)))" } ?? ""
      lines.append(
        "  resistance over \(trend.levels) levels: rank correlation \(fixed(trend.spearman, 2))\(reach), p \(probability(trend.spearmanProbability))"
      )
    }
    if !layer.variances.isEmpty {
      lines += ["", "Where the variance sits at \(place)", Self.variance(result, layer)]
      if let variance = layer.variances.first?.variance { lines += Self.answer(variance, result) }
    } else if let reason = result.varianceReason {
      lines += ["", "Nothing is said of variance: \(reason)"]
    }
    text = lines.joined(separator: "\n")
  }

  private static func quadrants(_ layer: StabilityResult.Layer) -> String {
    let found = layer.readings.compactMap { $0?.full?.quadrant }
    return Quadrant.allCases.map { quadrant in "\(found.count { $0 == quadrant }) \(quadrant.rawValue)" }
      .joined(separator: ", ")
  }

  private static func interval(_ value: Double?, _ interval: Interval?) -> String {
    guard let value, value.isFinite else { return "–" }
    return fixed(value, 2) + (interval.map { " (\(fixed($0.low, 2)) to \(fixed($0.high, 2)))" } ?? "")
  }

  private static func personas(_ result: StabilityResult, _ layer: StabilityResult.Layer) -> String {
    var table = TextTable(["persona", "responses", "resistance", "instability", "on the axis", "quadrant", "certain"])
    let known = layer.readings.indices.filter { layer.readings[$0]?.full != nil }
    let order = known.sorted {
      (layer.readings[$0]?.full?.resistance ?? 0, $1) > (layer.readings[$1]?.full?.resistance ?? 0, $0)
    }
    let isShort = order.count <= 2 * shownPersonas
    for index in isShort ? order : Array(order.prefix(shownPersonas) + order.suffix(shownPersonas)) {
      let (persona, reading) = (result.personas[index], layer.readings[index])
      table.append([
        shown(persona.name, width: 28), "\(persona.count)",
        interval(reading?.full?.resistance, reading?.full?.resistanceInterval),
        interval(reading?.full?.instability, reading?.full?.instabilityInterval),
        "\(fixed(reading?.axis?.resistance, 2)), \(fixed(reading?.axis?.instability, 2))",
        reading?.full?.quadrant?.rawValue ?? "–", percent(reading?.full?.quadrantShare),
      ])
    }
    return table.text() + (isShort ? "" : "\n  (the most and the least resisted; all are in personas.csv)")
  }

  private static func variance(_ result: StabilityResult, _ layer: StabilityResult.Layer) -> String {
    let hasRuns = result.design.hasRuns
    var table = TextTable(
      ["readout", "ICC", "within / between", "persona", "prompt", "question"] + (hasRuns ? ["run"] : []) + ["rest"])
    for (readout, variance) in layer.variances {
      let shares = variance.shares
      table.append(
        [
          readout, interval(variance.components.intraclassCorrelation, variance.interval),
          fixed(variance.components.instabilityRatio, 2), percent(shares?[.persona]), percent(shares?[.prompt]),
          percent(shares?[.question]),
        ] + (hasRuns ? [percent(shares?[.run])] : []) + [percent(hasRuns ? shares?[.cell] : shares?[.run])])
    }
    return table.text()
  }

  private static func answer(_ variance: PersonaVariance, _ result: StabilityResult) -> [String] {
    guard let answer = variance.runsVaryAsMuch else { return ["  the axis position does not vary"] }
    let ratio = fixed(variance.components.instabilityRatio, 2)
    let reach = variance.ratioInterval.map {
      $0.high.isFinite ? ", \(fixed($0.low, 2)) to \(fixed($0.high, 2))" : ", from \(fixed($0.low, 2))"
    }
    var text =
      "  Do runs vary as much as personas? On the axis \(answer ? "yes" : "no")\(variance.isSettled ? "" : ", but that is not sure"): within / between is \(ratio)\(reach ?? "")"
    if let p = variance.probability {
      text +=
        "; shuffled \(result.shufflesPrompts == true ? "prompts" : "questions") differ as much with p \(probability(p))"
    }
    return [text]
  }
}

/// What `stability --json` prints.
struct StabilitySummary: Encodable {
  struct Persona: Encodable {
    let persona: String
    let count: Int
    let target: StabilityResult.Persona.Origin
    let adherence, resistance, instability: Double?
    let resistanceInterval, instabilityInterval: Interval?
    let quadrant: Quadrant?
    let quadrantShare, axisResistance, axisInstability: Double?
    let note: String?
  }

  struct Variance: Encodable {
    let readout: String
    let icc, instabilityRatio: Double?
    let iccInterval: Interval?
    let p: Double?
    let runsVaryAsMuch: Bool?
    let shares: [String: Double]?
  }

  struct Layer: Encodable {
    let layer: Int
    let personas: [Persona]
    let variance: [Variance]
  }

  let cutoffs: Quadrant.Cutoffs
  let layers: [Layer]

  init(_ result: StabilityResult) {
    func known(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
    cutoffs = result.cutoffs
    layers = result.layers.map { layer in
      Layer(
        layer: layer.layer,
        personas: zip(result.personas, layer.readings).map { persona, reading in
          let full = reading?.full
          return Persona(
            persona: persona.name, count: persona.count, target: persona.target, adherence: known(full?.adherence),
            resistance: known(full?.resistance), instability: known(full?.instability),
            resistanceInterval: full?.resistanceInterval, instabilityInterval: full?.instabilityInterval,
            quadrant: full?.quadrant, quadrantShare: full?.quadrantShare,
            axisResistance: known(reading?.axis?.resistance), axisInstability: known(reading?.axis?.instability),
            note: persona.reason)
        },
        variance: layer.variances.map { readout, variance in
          Variance(
            readout: readout, icc: known(variance.components.intraclassCorrelation),
            instabilityRatio: known(variance.components.instabilityRatio), iccInterval: variance.interval,
            p: variance.probability, runsVaryAsMuch: variance.runsVaryAsMuch,
            shares: variance.shares.map { shares in
              Dictionary(uniqueKeysWithValues: shares.map { ($0.key.rawValue, $0.value) })
            })
        })
    }
  }
}
