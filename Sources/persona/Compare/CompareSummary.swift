internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `compare --json` prints.
struct CompareSummary: Encodable {
  struct Pair: Encodable {
    let a, b: String
    let commonRoles: Int
    let onlyA, onlyB: [String]
    let sharedDimensions: Bool
    let layers: [Layer]
    let moversLayerA, moversLayerB: Int
    let movers: [Mover]
  }

  struct Layer: Encodable {
    let layerA, layerB: Int
    let measures: [Measure]
    let errorsUnknown: String?
  }

  struct Measure: Encodable {
    let measure: String
    let value, low, high, null95, p: Double?
    let corrected, ceiling, ceiling95: Double?
    let componentB: Int?
  }

  struct Mover: Encodable {
    let role: String
    let positionA, positionB, change: Double
    let low, high, p, q: Double?
    let changeCorrected, measurementError: Double?
    let moved: Bool?
  }

  let spaces: [String]
  let pairing: String
  let pairs: [Pair]

  init(_ result: CompareResult) {
    (spaces, pairing) = (result.names, result.pairing)
    pairs = result.pairs.map { pair in
      let shown = pair.layers[result.shown]
      return Pair(
        a: pair.a, b: pair.b, commonRoles: pair.common.count, onlyA: pair.onlyA, onlyB: pair.onlyB,
        sharedDimensions: pair.sharesDimensions,
        layers: pair.layers.map { layer in
          Layer(
            layerA: layer.layerA, layerB: layer.layerB,
            measures: layer.measures.map { row in
              let index = (row.measure.index ?? 1) - 1
              let isMatched = row.measure.kind == .matchedLoadingPearson && index < layer.matching.count
              return Measure(
                measure: row.measure.name, value: row.value.isFinite ? row.value : nil, low: row.interval?.low,
                high: row.interval?.high, null95: row.null, p: row.probability,
                corrected: row.measure.index == nil ? layer.corrected[row.measure.kind] : nil,
                ceiling: layer.ceilings[row.measure]?.mean, ceiling95: layer.ceilings[row.measure]?.outer,
                componentB: isMatched ? layer.matching[index] : nil)
            }, errorsUnknown: layer.unknown?.words)
        },
        moversLayerA: shown.layerA, moversLayerB: shown.layerB,
        movers: pair.movers.prefix(20).map {
          Mover(
            role: $0.role, positionA: $0.positionA, positionB: $0.positionB, change: $0.change, low: $0.interval?.low,
            high: $0.interval?.high, p: known($0.probability), q: known($0.falseDiscoveryRate),
            changeCorrected: $0.measured?.value, measurementError: $0.measured?.error, moved: $0.hasMoved)
        })
    }
  }
}
