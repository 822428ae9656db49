internal import Analyses
internal import PersonaSpace
internal import Statistics

/// Where the variance of responses sits in one layer.
enum VarianceReport {
  static func table(_ result: StabilityResult, _ layer: StabilityResult.Layer) -> String {
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

  private static func interval(_ value: Double, _ interval: Interval?) -> String {
    guard value.isFinite else { return "–" }
    return fixed(value, 2) + (interval.map { " (\(fixed($0.low, 2)) to \(fixed($0.high, 2)))" } ?? "")
  }

  /// Whether runs vary as much as personas, on the axis.
  static func answer(_ variance: PersonaVariance, _ result: StabilityResult) -> String {
    guard variance.hasRuns else {
      return "  Do runs vary as much as personas? This dump cannot tell: no prompt asked a question twice (--runs 2)"
    }
    guard let answer = variance.runsVaryAsMuch else { return "  The axis position does not vary" }
    let ratio = fixed(variance.components.instabilityRatio, 2)
    let reach = variance.ratioInterval.map {
      $0.high.isFinite ? " (\(fixed($0.low, 2)) to \(fixed($0.high, 2)))" : " (from \(fixed($0.low, 2)))"
    }
    let word = variance.isSettled ? (answer ? "yes" : "no") : "not told"
    var text =
      "  Do runs vary as much as personas? On the axis: \(word). Within / between is \(ratio)\(reach ?? "")"
    if let p = variance.probability {
      text +=
        "\n  Shuffled \(result.shufflesPrompts == true ? "prompts" : "questions") make personas differ as much with p \(probability(p))"
    }
    return text
  }
}
