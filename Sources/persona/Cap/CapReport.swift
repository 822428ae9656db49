internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `cap` prints: the sweep in one layer, and which cap is recommended.
struct CapReport {
  let text: String

  init(_ result: CapResult, _ shown: ShownLayer) {
    let own = result.caps.filter { $0.layer == shown.number }
    let kinds = Set(own.map(\.granularity))
    let hasBenign = own.contains { !$0.effect.benignShare.value.isNaN }
    let hasDefault = own.contains { $0.defaultShare != nil }
    var table = TextTable(
      ["pct", "tau", "pos"] + (kinds.count > 1 ? ["of"] : []) + ["turns", "capped"]
        + (hasBenign ? ["benign"] : []) + (hasDefault ? ["default"] : [])
        + ["pull-back", "fall", "after", "reduction", "95 %"])
    for cap in own {
      let effect = cap.effect
      table.append(
        [
          cap.percentile.map(Self.number) ?? "–", fixed(cap.tau, 3), fixed(cap.tauPosition, 2),
        ] + (kinds.count > 1 ? [cap.granularity.rawValue] : []) + ["\(effect.turns)", percent(effect.cappedShare)]
          + (hasBenign ? [percent(effect.benignShare.value)] : []) + (hasDefault ? [percent(cap.defaultShare)] : [])
          + [
            fixed(effect.meanPullback, 3), fixed(effect.fallBefore.value, 2), fixed(effect.fallAfter, 2),
            percent(effect.reduction.value), Self.range(effect.reduction.interval),
          ])
    }
    let title =
      "Capping at \(shown.words), simulated there alone\(result.configuration.map { ", by \($0)" } ?? ""): a floor tau on the projection on \(result.configuration == nil ? "the axis" : "its vector, which a published file has negated with the ceiling -tau"), also in axis position (mean role 0, "
      + "default 1)\(result.calibration.map { "; percentiles are of \($0), counted from the end away from the Assistant" } ?? "")"
    var lines = [wrapped(title, indent: 0), table.text()]
    if kinds.contains(.turn) {
      lines.append(
        wrapped(
          "(\(counted(result.turnMeans, "turn")) known by the mean over tokens alone: capped or not as a whole, and the pull-back is a lower bound\(kinds.count > 1 ? "; not put together with tokens" : ""))",
          indent: 2))
    }
    lines.append(
      wrapped(
        "(pct: percentile; pos: tau in axis position; capped, benign, default: shares below the floor of all tokens, of those of benign turns, and of the default's responses; fall: first to last turn, in axis position; reduction: what the floor cuts off of the fall by its arithmetic. What a capped model would say is not known from it)",
        indent: 2))
    lines.append(wrapped("Recommended: " + Self.recommendation(result), indent: 0))
    if let range = RangeReport.recommendation(result) { lines.append(wrapped(range, indent: 0)) }
    if let whole = RangeReport.configured(result) { lines.append(wrapped(whole, indent: 0)) }
    if !result.windows.isEmpty { lines.append(WindowReport.text(result)) }
    text = lines.joined(separator: "\n")
  }

  static func number(_ value: Double) -> String { value == value.rounded() ? fixed(value, 0) : "\(value)" }

  private static func range(_ interval: Interval?) -> String {
    interval.map { "\(fixed(100 * $0.low, 1)) to \(percent($0.high))" } ?? "–"
  }

  static func words(_ estimate: Estimate) -> String {
    percent(estimate.value) + (estimate.interval.map { " (\(percent($0.low)) to \(percent($0.high)))" } ?? "")
  }

  /// Which cap, by its layer and floor.
  private static func place(_ cap: CapResult.Cap) -> String {
    "layer \(cap.layer), "
      + (cap.percentile.map { "percentile \(number($0)), " } ?? "")
      + "tau \(fixed(cap.tau, 3)) (axis position \(fixed(cap.tauPosition, 2)))"
  }

  /// Of what the budget is a share.
  static func benign(_ result: CapResult) -> String {
    let unit =
      result.chosen.map { result.caps[$0].granularity } == .token ? "of the tokens of benign turns" : "of benign turns"
    return result.hasBenignDomains ? unit : "of the default's responses"
  }

  /// The recommended cap in words, or why there is none.
  static func recommendation(_ result: CapResult) -> String {
    let benign = benign(result)
    let budget = "\(percent(result.budget)) \(benign)"
    func tested(on others: String, _ half: CapRecommendation.Half) -> String {
      "on \(others) it takes \(words(half.reduction)) of the fall, and touches \(words(half.benignShare)) \(benign)"
    }
    switch result.recommendation {
    case .success(let found):
      let cap = result.chosen.map { place(result.caps[$0]) } ?? ""
      return
        "\(cap). Chosen on \(found.choice.choosing.conversations) conversations under a budget of \(budget); "
        + tested(on: "the \(found.choice.testing.conversations) others", found.choice.testing)
    case .failure(.noFloors): return "none: what moves every token is no floor"
    case .failure(.nothingBenign):
      return
        "none: nothing says what a cap should leave alone. Name domains with --benign, or give a dump with the default's responses (activations/)"
    case .failure(.noIntervals):
      return "none: a choice is tested by its interval; give --bootstrap of at least \(Interval.leastReplicates)"
    case .failure(.tooFewConversations(let count)):
      return
        "none: a cap is chosen on half of the conversations and tested on the other, which takes \(CapRecommendation.leastConversations); "
        + "there \(count == 1 ? "is 1" : "are \(count)")"
    case .failure(.noEnds):
      return "none: no conversation has a first and a later last turn with a position (a bare axis has no positions)"
    case .failure(.tooFewBenign):
      return
        "none: a cap is chosen on half of the conversations and tested on the other, and one half has no benign one; two are needed"
    case .failure(.noFall): return "none: the conversations that would choose show no fall that differs from 0"
    case .failure(.overBudget(let least)):
      return
        "none within the budget of \(budget): the least that a cap of the sweep touches is \(percent(least)); try lower --percentile, or --max-benign"
    case .failure(.noEffect):
      return
        "none: no cap of the sweep within the budget of \(budget) takes anything of the fall; try higher --percentile"
    case .failure(.notConfirmed(let choice)):
      let cap = result.chosen.map { place(result.caps[$0]) } ?? "a cap"
      return
        "none: \(cap), does most on half of the conversations, which the other half does not confirm: \(tested(on: "the other half", choice.testing))"
    }
  }
}
