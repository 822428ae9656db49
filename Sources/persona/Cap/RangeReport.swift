internal import Analyses
internal import PersonaSpace
internal import Statistics

/// Which layers to cap together, in words: what `ranges.csv` says.
enum RangeReport {
  /// The recommended range, or why there is none; nil where no cap is recommended, or there is no range.
  static func recommendation(_ result: CapResult) -> String? {
    let benign = CapReport.benign(result)
    func tested(_ reduction: Estimate, _ share: Estimate) -> String {
      "each takes \(CapReport.words(reduction)) of the fall in its layer, on average, and together they touch \(CapReport.words(share)) \(benign)"
    }
    switch result.rangeRecommendation {
    case nil, .failure(.noRanges): return nil
    case .failure(.noneAsGood):
      return
        "Several layers together: none within the budget of which each does at least \(CapRangeRecommendation.share) as well as this cap (ranges.csv)"
    case .failure(.notConfirmed(_, _, let reduction, let share)):
      let range = result.chosenRange.map { place(result.ranges[$0]) } ?? "a range"
      return
        "Several layers together: none; \(range), is the widest that half of the conversations allows, which the other half does not confirm: there \(tested(reduction, share))"
    case .success(let found):
      guard let range = result.chosenRange.map({ result.ranges[$0] }) else { return nil }
      return
        "Several layers together: \(place(range)); the widest range within the budget of which each layer does at least \(CapRangeRecommendation.share) as well as this cap. On the others \(tested(found.reduction, found.benignShare)). \(open(range))"
    }
  }

  /// What all layers of a configuration do together; nil without one, or of one layer.
  static func configured(_ result: CapResult) -> String? {
    // Tokens and turns' means are rows apart: of which there are more.
    guard result.configuration != nil, let range = result.ranges.max(by: { $0.effect.turns < $1.effect.turns }) else {
      return nil
    }
    let effect = range.effect
    let shares = [
      "\(percent(effect.touchedShare)) \(range.granularity == .token ? "of the tokens" : "of the turns")",
      effect.benignShare.value.isNaN ? nil : "\(CapReport.words(effect.benignShare)) of those that are benign",
      range.defaultShare.map { "\(percent($0)) of the default's responses" },
    ].compactMap(\.self)
    let taken =
      effect.reduction.value.isNaN
      ? "" : "; each takes \(CapReport.words(effect.reduction)) of the fall in its layer, on average"
    return
      "All \(range.layers.count) layers together: they touch \(shares.joined(separator: ", ")) at one of them or another\(taken). \(open(range))"
  }

  /// The layers, and the floors.
  static func place(_ range: CapResult.RangeCap) -> String {
    let taus = range.floors.map(\.tau)
    let (low, high) = (taus.min() ?? .nan, taus.max() ?? .nan)
    let tau = low == high ? fixed(low, 3) : "\(fixed(low, 3)) to \(fixed(high, 3))"
    return "\(name(range))\(percentile(range)), tau \(tau)"
  }

  /// The percentile of the floors, behind a comma; "" of given ones.
  static func percentile(_ range: CapResult.RangeCap) -> String {
    range.percentile.map { ", percentile \(CapReport.number($0))" } ?? ""
  }

  /// The layers as they are typed, half-open.
  static func name(_ range: CapResult.RangeCap) -> String {
    "layers \(range.layers[0]):\(range.layers[range.layers.count - 1] + 1)"
  }

  /// What a dump without the cap leaves open.
  private static func open(_ range: CapResult.RangeCap) -> String {
    let last = range.layers[range.layers.count - 1]
    let known = "What arrives of one behind the next is not in a dump without the cap"
    guard !range.lastReduction.value.isNaN, !range.effect.arrivingReduction.value.isNaN else { return known }
    return
      "\(known): of the fall at layer \(last), \(percent(range.lastReduction.value)) is taken if nothing does, \(percent(range.effect.arrivingReduction.value)) if all does"
  }
}
