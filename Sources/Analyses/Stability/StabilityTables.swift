internal import Dumps
internal import Files
internal import PersonaSpace
internal import Statistics

/// `personas.csv` and `variance.csv`, in the columns of the interface, and what is beside them behind those.
enum StabilityTables {
  static func personas(_ result: StabilityResult) -> String {
    var table = CSVText(columns: [
      "layer", "persona", "group", "level", "count", "target", "adherence", "resistance", "resistance_low",
      "resistance_high", "instability", "instability_low", "instability_high", "quadrant", "quadrant_share",
      "axis_adherence", "axis_resistance", "axis_resistance_low", "axis_resistance_high", "axis_instability",
      "axis_instability_low", "axis_instability_high", "axis_quadrant", "axis_quadrant_share", "axis_position",
      "axis_target", "target_distance", "spread", "target_count", "target_reliability", "left_out", "clusters", "note",
    ])
    for layer in result.layers {
      for (persona, reading) in zip(result.personas, layer.readings) {
        table.append(
          [
            .integer(layer.layer), .text(persona.name), .text(persona.label.group), .text(persona.label.level),
            .integer(persona.count), .text(persona.target.rawValue), .number(reading?.full?.adherence),
          ] + cells(reading?.full) + [.number(reading?.axis?.adherence)] + cells(reading?.axis) + [
            .number(reading?.position), .number(reading?.targetPosition), .number(reading?.distance),
            .number(reading?.spread), .integer(persona.targetCount), .number(reading?.reliability),
            .text(persona.leavesOneOut ? "self" : "none"), .integer(persona.clusters),
            .text(note(persona, reading, result)),
          ])
      }
    }
    return table.text
  }

  private static func cells(_ reading: PersonaAdherence?) -> [CSVText.Cell] {
    [
      .number(reading?.resistance), .number(reading?.resistanceInterval?.low),
      .number(reading?.resistanceInterval?.high), .number(reading?.instability),
      .number(reading?.instabilityInterval?.low), .number(reading?.instabilityInterval?.high),
      (reading?.quadrant?.rawValue).map { .text($0) } ?? .empty, .number(reading?.quadrantShare),
    ]
  }

  /// Why cells of a row are empty.
  private static func note(_ persona: StabilityResult.Persona, _ reading: PersonaReading?, _ result: StabilityResult)
    -> String
  {
    if let reason = persona.reason { return reason }
    guard let reading else { return "" }
    var notes: [String] = []
    if reading.full == nil { notes.append("the target is the default") }
    if reading.full != nil, reading.axis == nil {
      notes.append("the target cannot be told from the default on the axis")
    }
    if let reliability = reading.reliability, reliability < 0.5 {
      notes.append("the target is hardly told from the default: its distance is mostly noise")
    }
    if persona.count < 2 { notes.append("one response has no spread") }
    if result.replicates > 0, reading.full != nil, persona.clusters < PersonaAdherence.leastClusters {
      notes.append(
        "no interval: \(counted(persona.clusters, result.drawsQuestions ? "question" : "response")), \(PersonaAdherence.leastClusters) needed"
      )
    }
    if result.replicates >= Interval.leastReplicates, persona.clusters >= PersonaAdherence.leastClusters,
      reading.full.map({ $0.resistanceInterval == nil }) ?? false
        || reading.axis.map({ $0.resistanceInterval == nil }) ?? false
    {
      notes.append("an interval is empty where the target reaches the default in more than 2.5 % of the samples")
    }
    return notes.joined(separator: "; ")
  }

  private static let responseColumns = [
    "layer", "persona", "key", "wanted", "left_out", "adherence", "axis_adherence", "axis_position",
  ]

  static var responsesHeader: String { CSVText(columns: responseColumns).text }

  /// The lines of one persona in one layer, without a header.
  static func responses(
    _ layer: Int, _ persona: String, keys: [String], isWanted: [Bool], isMember: [Bool],
    _ scores: PersonaScatter.Scores,
    hasTarget: Bool
  ) -> String {
    var table = CSVText(columns: responseColumns)
    for (index, key) in keys.enumerated() {
      table.append([
        .integer(layer), .text(persona), .text(key), .text(isWanted[index] ? "yes" : "no"),
        .text(isMember[index] ? "self" : "none"), .number(hasTarget ? scores.full?[index] : nil),
        .number(hasTarget ? scores.axis?[index] : nil), .number(scores.positions[index]),
      ])
    }
    return String(table.text.dropFirst(responsesHeader.count))
  }

  static func trends(_ result: StabilityResult) -> String {
    var table = CSVText(columns: [
      "layer", "measure", "personas", "levels", "spearman", "spearman_low", "spearman_high", "spearman_p", "jonckheere",
      "jonckheere_p", "permutations",
    ])
    for row in result.trends {
      let trend = row.trend.trend
      table.append([
        .integer(row.layer), .text(row.trend.measure.rawValue), .integer(row.trend.personas), .integer(trend.levels),
        .number(trend.spearman), .number(trend.interval?.low), .number(trend.interval?.high),
        .number(trend.spearmanProbability), .number(trend.jonckheere), .number(trend.jonckheereProbability),
        .integer(LevelTrend.draws),
      ])
    }
    return table.text
  }

  static func variance(_ result: StabilityResult) -> String {
    var table = CSVText(columns: [
      "layer", "readout", "personas", "responses", "between", "within", "icc", "icc_low", "icc_high",
      "instability_ratio", "f", "share_persona", "share_prompt", "share_question", "share_residual", "share_run",
      "instability_ratio_low", "instability_ratio_high", "p", "runs_vary_as_much", "runs_vary_as_much_share", "note",
    ])
    let design = result.design
    for layer in result.layers {
      for (readout, variance) in layer.variances {
        let components = variance.components
        func share(_ source: ResponseDesign.Source) -> CSVText.Cell {
          design.sources.contains(source) ? .number(variance.shares?[source]) : .empty
        }
        // What remains is the runs' where there are no runs to tell it from.
        let rest: CSVText.Cell =
          design.hasRuns ? .number(variance.shares.map { $0[.cell] ?? 0 }) : .number(variance.shares?[.run])
        table.append([
          .integer(layer.layer), .text(readout), .integer(design.personas), .integer(design.count),
          .number(components.between), .number(components.within), .number(components.intraclassCorrelation),
          .number(variance.interval?.low), .number(variance.interval?.high), .number(components.instabilityRatio),
          .number(components.f), share(.persona), share(.prompt), share(.question), rest,
          design.hasRuns ? .number(variance.shares?[.run]) : .empty, .number(variance.ratioInterval?.low),
          .number(variance.ratioInterval?.high), .number(variance.probability),
          variance.runsVaryAsMuch.map { .text($0 ? "yes" : "no") } ?? .empty, .number(variance.ratioShare),
          .text(note(readout, variance, result)),
        ])
      }
      if let reason = result.varianceReason {
        table.append(
          [.integer(layer.layer), .text("axis_position"), .integer(design.personas), .integer(design.count)]
            + [CSVText.Cell](repeating: .empty, count: 17) + [.text(reason)])
      }
    }
    return table.text
  }

  /// Why cells of a row are empty.
  private static func note(_ readout: String, _ variance: PersonaVariance, _ result: StabilityResult) -> String {
    let (components, design) = (variance.components, result.design)
    if components.intraclassCorrelation.isNaN { return "nothing varies" }
    var notes: [String] = []
    if components.within <= 0 { notes.append("nothing varies within a persona") }
    if components.between <= 0 { notes.append("personas do not differ: the ratio is infinite") }
    if variance.shares == nil { notes.append("the design does not tell the sources apart") }
    if result.replicates > 0, variance.interval == nil, components.within > 0 {
      notes.append("no interval: \(design.personas) personas, \(PersonaVariance.leastPersonas) needed")
    }
    if result.replicates > 0, variance.probability == nil {
      let reason =
        result.shufflesPrompts == nil
        ? "nothing to shuffle"
        : readout.hasPrefix("pc")
          ? "components are chosen to differ between personas" : "the prompts' vectors are not held"
      notes.append("no p: \(reason)")
    }
    return notes.joined(separator: "; ")
  }
}
