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
    let domain, condition: String
    let conversations: Int
    /// Means over conversations; those whose first turn was not measured do not count for the first three.
    let start, end, change, belowThreshold: Double?
    let changeInterval: Interval?
    let tether: Fit?
    let tetherNote: String?
    let superpositionTrend: Double?
    let superpositionTrendInterval: Interval?
  }

  struct Fit: Encodable {
    let steps: Int
    let stiffness, restingPoint, wander, halfLife, spread: Double?
    let stiffnessInterval, restingPointInterval, wanderInterval: Interval?
  }

  struct Contrast: Encodable {
    let a, b, domain, measure: String
    let valueA, valueB, reduction, p: Double?
    let reductionInterval: Interval?
  }

  let threshold: Double
  let biasCorrection: String
  let layers: [Layer]

  init(_ drift: DriftResult) {
    threshold = drift.threshold
    biasCorrection = drift.correction.rawValue
    layers = drift.layers.map { layer in
      let contrasts = drift.contrasts.filter { $0.layer == layer }.map { row in
        Contrast(
          a: drift.comparison[0], b: drift.comparison[1], domain: row.domain ?? DriftResult.Group.everyDomain,
          measure: row.contrast.measure.rawValue, valueA: known(row.contrast.first), valueB: known(row.contrast.second),
          reduction: known(row.contrast.reduction.value), p: known(row.contrast.probability),
          reductionInterval: row.contrast.reduction.interval)
      }
      return Layer(
        layer: layer, groups: drift.allGroups(layer: layer).map(Self.group),
        comparison: drift.comparison.isEmpty ? nil : contrasts)
    }
  }

  private static func group(_ group: DriftResult.Group) -> Group {
    let fit = (try? group.tether.get()).map { fit in
      Fit(
        steps: fit.tether.steps, stiffness: known(fit.tether.stiffness), restingPoint: known(fit.tether.restingPoint),
        wander: known(fit.tether.residualNoise), halfLife: known(fit.tether.halfLife), spread: known(fit.tether.spread),
        stiffnessInterval: fit.stiffness, restingPointInterval: fit.restingPoint, wanderInterval: fit.residualNoise)
    }
    return Group(
      domain: group.domainName, condition: group.condition, conversations: group.conversations,
      start: known(group.start), end: known(group.end), change: known(group.change),
      belowThreshold: known(group.belowThreshold), changeInterval: group.drift.change.interval, tether: fit,
      tetherNote: group.tetherNote, superpositionTrend: group.superposition.flatMap { known($0.trend.value) },
      superpositionTrendInterval: group.superposition?.trend.interval)
  }
}

/// The number; nil if it is not defined.
private func known(_ value: Double) -> Double? { value.isFinite ? value : nil }
