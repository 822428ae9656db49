internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `drift --json` prints.
struct DriftSummary: Encodable {
  struct Layer: Encodable {
    let layer: Int
    let groups: [Group]
    let comparison: [Contrast]?
  }

  struct Group: Encodable {
    let domain, condition, persona: String
    let conversations: Int
    /// Means over conversations; those whose first turn was not measured do not count for the first three.
    let start, end, change, belowThreshold: Double?
    let changeLow, changeHigh: Double?
    let tether: Fit
    /// 1 + position − baseline; absent where not every conversation has a baseline.
    let baseline, relativeStart, relativeEnd, relativeBelowThreshold: Double?
    let lengthCorrelation, changeAtLength: Double?
    let lengthCorrelationLow, lengthCorrelationHigh, changeAtLengthLow, changeAtLengthHigh: Double?
    let superpositionTrend: Double?
    let superpositionTrendLow, superpositionTrendHigh: Double?
  }

  /// Numbers of a model that is not named are absent.
  struct Fit: Encodable {
    let model: String
    let steps: Int
    let advantage, leave, comeBack, awayShare, reversionRate, restingPoint, noiseSD, readingSD, halfLife: Double?
    let advantageLow, advantageHigh, leaveLow, leaveHigh, comeBackLow, comeBackHigh, reversionRateLow,
      reversionRateHigh, restingPointLow, restingPointHigh: Double?
    let note: String?
  }

  struct Contrast: Encodable {
    let a, b, domain, persona, measure: String
    let valueA, valueB, reduction, p: Double?
    let reductionLow, reductionHigh: Double?
  }

  let threshold: Double
  let layers: [Layer]

  init(_ drift: DriftResult) {
    threshold = drift.threshold
    layers = drift.layers.map { layer in
      let contrasts = drift.contrasts.filter { $0.layer == layer }.map { row in
        Contrast(
          a: drift.comparison[0], b: drift.comparison[1], domain: row.domain ?? DriftResult.Group.everyDomain,
          persona: row.persona, measure: row.contrast.measure.rawValue, valueA: known(row.contrast.first),
          valueB: known(row.contrast.second),
          reduction: known(row.contrast.reduction.value), p: known(row.contrast.probability),
          reductionLow: row.contrast.reduction.interval?.low, reductionHigh: row.contrast.reduction.interval?.high)
      }
      return Layer(
        layer: layer, groups: drift.allGroups(layer: layer).map(Self.group),
        comparison: drift.comparison.isEmpty ? nil : contrasts)
    }
  }

  private static func group(_ group: DriftResult.Group) -> Group {
    let (states, walk) = (group.tether?.states, group.tether?.walk)
    let fit = Fit(
      model: (group.tether?.model ?? .neither).name, steps: group.drift.steps,
      advantage: known(group.tether?.advantage?.value), leave: known(states?.leave.value),
      comeBack: known(states?.comeBack.value), awayShare: known(states?.awayShare.value),
      reversionRate: known(walk?.reversionRate.value), restingPoint: known(walk?.restingPoint.value),
      noiseSD: known(walk?.noise.value), readingSD: known(walk?.reading.value), halfLife: known(walk?.halfLife.value),
      advantageLow: group.tether?.advantage?.interval?.low, advantageHigh: group.tether?.advantage?.interval?.high,
      leaveLow: states?.leave.interval?.low, leaveHigh: states?.leave.interval?.high,
      comeBackLow: states?.comeBack.interval?.low, comeBackHigh: states?.comeBack.interval?.high,
      reversionRateLow: walk?.reversionRate.interval?.low, reversionRateHigh: walk?.reversionRate.interval?.high,
      restingPointLow: walk?.restingPoint.interval?.low, restingPointHigh: walk?.restingPoint.interval?.high,
      note: group.tetherNote)
    return Group(
      domain: group.domainName, condition: group.condition, persona: group.persona, conversations: group.conversations,
      start: known(group.start), end: known(group.end), change: known(group.change),
      belowThreshold: known(group.belowThreshold), changeLow: group.drift.change.interval?.low,
      changeHigh: group.drift.change.interval?.high, tether: fit,
      baseline: known(group.relative?.baseline.value), relativeStart: known(group.relative?.start.value),
      relativeEnd: known(group.relative?.end.value),
      relativeBelowThreshold: known(group.relative?.belowThreshold.value),
      lengthCorrelation: known(group.length?.correlation.value),
      changeAtLength: known(group.length?.adjustedChange.value),
      lengthCorrelationLow: group.length?.correlation.interval?.low,
      lengthCorrelationHigh: group.length?.correlation.interval?.high,
      changeAtLengthLow: group.length?.adjustedChange.interval?.low,
      changeAtLengthHigh: group.length?.adjustedChange.interval?.high,
      superpositionTrend: group.superposition.flatMap { known($0.trend.value) },
      superpositionTrendLow: group.superposition?.trend.interval?.low,
      superpositionTrendHigh: group.superposition?.trend.interval?.high)
  }
}
