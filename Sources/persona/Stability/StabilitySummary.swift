internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `stability --json` prints.
struct StabilitySummary: Encodable {
  struct Persona: Encodable {
    let persona: String
    let count: Int
    let state: PersonaState?
    let identified: Bool
    let departure: Double?
    let departureLow, departureHigh: Double?
    let resistance: Double?
    let resistanceLow, resistanceHigh: Double?
    let depth: Double?
    let depthLow, depthHigh: Double?
    let instability, instabilityDefault: Double?
    let instabilityLow, instabilityHigh: Double?
    let flip: Double?
    let quadrant: Quadrant?
    let quadrantShare: Double?
    let note: String
  }

  struct Variance: Encodable {
    let readout: String
    let icc, instabilityRatio: Double?
    let iccLow, iccHigh: Double?
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
    cutoffs = result.cutoffs
    layers = result.layers.map { layer in
      Layer(
        layer: layer.layer,
        personas: zip(result.personas, layer.readings).map { Self.persona($0, $1, result) },
        variance: layer.variances.map { readout, variance in
          Variance(
            readout: readout, icc: known(variance.components.intraclassCorrelation),
            instabilityRatio: known(variance.components.instabilityRatio), iccLow: variance.interval?.low,
            iccHigh: variance.interval?.high,
            p: variance.probability, runsVaryAsMuch: variance.isSettled ? variance.runsVaryAsMuch : nil,
            shares: variance.shares.map { shares in
              Dictionary(uniqueKeysWithValues: shares.map { ($0.key.rawValue, $0.value) })
            })
        })
    }
  }

  private static func persona(
    _ persona: StabilityResult.Persona, _ reading: PersonaReading, _ result: StabilityResult
  ) -> Persona {
    let states = try? reading.states.get()
    let told = states.flatMap { $0.identification == .identified ? $0 : nil }
    let depth = try? reading.depth?.get()
    return Persona(
      persona: persona.name, count: persona.count, state: states?.state, identified: told != nil,
      departure: known(states?.departure.value), departureLow: states?.departure.interval?.low,
      departureHigh: states?.departure.interval?.high,
      resistance: known(told?.resistance.value), resistanceLow: told?.resistance.interval?.low,
      resistanceHigh: told?.resistance.interval?.high,
      depth: known(depth?.value.value), depthLow: depth?.value.interval?.low, depthHigh: depth?.value.interval?.high,
      instability: known(told?.instability.deviation.value), instabilityDefault: known(states?.instability.floor),
      instabilityLow: told?.instability.deviation.interval?.low,
      instabilityHigh: told?.instability.deviation.interval?.high, flip: told?.flips.share, quadrant: told?.quadrant,
      quadrantShare: told?.quadrantShare, note: persona.note(reading, result))
  }
}
