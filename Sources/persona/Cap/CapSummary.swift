internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `cap --json` prints: the rows of `caps.csv`, and the recommendation in words.
struct CapSummary: Encodable {
  struct Cap: Encodable {
    let layer: Int
    let percentile: Double?
    let tau: Double?
    let intervention: String
    let alpha: Double?
    let tauPosition: Double?
    let granularity: CapGranularity
    let turns: Int
    let cappedShare, meanPullback, driftBefore, driftAfter, driftReduction: Double?
    let driftReductionLow, driftReductionHigh: Double?
    let benignShare, benignLow, benignHigh, defaultShare, perturbation: Double?
    let recommended: Bool
  }

  /// A row of `ranges.csv`.
  struct Range: Encodable {
    let firstLayer, lastLayer: Int
    let percentile, tau: Double?
    let granularity: CapGranularity
    let turns: Int
    let cappedShare, driftReduction, driftReductionLow, driftReductionHigh, leastReduction: Double?
    let lastReduction, arrivingReduction: Double?
    let benignShare, benignLow, benignHigh, defaultShare, perturbation: Double?
    let recommended: Bool

    init(_ range: CapResult.RangeCap) {
      let effect = range.effect
      (firstLayer, lastLayer) = (range.layers[0], range.layers[range.layers.count - 1])
      (percentile, tau, granularity, turns) = (range.percentile, range.tau, range.granularity, effect.turns)
      (cappedShare, driftReduction) = (known(effect.touchedShare), known(effect.reduction.value))
      (driftReductionLow, driftReductionHigh) = (effect.reduction.interval?.low, effect.reduction.interval?.high)
      (leastReduction, lastReduction) = (known(effect.leastReduction), known(range.lastReduction.value))
      (arrivingReduction, benignShare) = (known(effect.arrivingReduction.value), known(effect.benignShare.value))
      (benignLow, benignHigh) = (effect.benignShare.interval?.low, effect.benignShare.interval?.high)
      (defaultShare, perturbation, recommended) = (range.defaultShare, known(range.perturbation), range.isRecommended)
    }
  }

  /// A row of `against.csv`.
  struct Comparison: Encodable {
    let layer: Int
    let capped: Bool
    let turns: Int
    let measured, simulated, foretold, foretoldLow, foretoldHigh, arriving, arrivingLow, arrivingHigh: Double?
  }

  let caps: [Cap]
  let recommendation: String
  let ranges: [Range]
  /// Which layers to cap together, in words; nil where there is nothing to say.
  let rangeRecommendation: String?
  /// The layers of each window, by granularity; nil where none is shown.
  let windows: [Window]

  struct Window: Encodable {
    let granularity: CapGranularity
    /// The best layer.
    let layer: Int?
    let layers: [Int]?
  }

  let against: [Comparison]?

  init(_ result: CapResult, _ comparison: AgainstResult? = nil) {
    against = comparison?.layers.map { layer in
      let found = layer.forecast
      return Comparison(
        layer: layer.layer, capped: layer.isCapped, turns: found.turns, measured: known(found.measured.value),
        simulated: known(found.simulated.value), foretold: known(found.foretold.value),
        foretoldLow: found.foretold.interval?.low, foretoldHigh: found.foretold.interval?.high,
        arriving: known(found.arriving.value), arrivingLow: found.arriving.interval?.low,
        arrivingHigh: found.arriving.interval?.high)
    }
    windows = result.windows.map { .init(granularity: $0.granularity, layer: $0.best, layers: $0.window) }
    (ranges, rangeRecommendation) = (result.ranges.map(Range.init), RangeReport.recommendation(result))
    recommendation = CapReport.recommendation(result)
    caps = result.caps.map { cap in
      let effect = cap.effect
      return Cap(
        layer: cap.layer, percentile: cap.percentile, tau: known(cap.tau),
        intervention: cap.intervention.name, alpha: cap.intervention.alpha, tauPosition: known(cap.tauPosition),
        granularity: cap.granularity, turns: effect.turns, cappedShare: known(effect.cappedShare),
        meanPullback: known(effect.meanPullback), driftBefore: known(effect.fallBefore.value),
        driftAfter: known(effect.fallAfter), driftReduction: known(effect.reduction.value),
        driftReductionLow: effect.reduction.interval?.low, driftReductionHigh: effect.reduction.interval?.high,
        benignShare: known(effect.benignShare.value), benignLow: effect.benignShare.interval?.low,
        benignHigh: effect.benignShare.interval?.high, defaultShare: cap.defaultShare,
        perturbation: known(effect.perturbation), recommended: cap.isRecommended)
    }
  }
}
