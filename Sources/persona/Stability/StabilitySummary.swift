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
    let departureInterval: Interval?
    let resistance: Double?
    let resistanceInterval: Interval?
    let depth: Double?
    let depthInterval: Interval?
    let instability, instabilityDefault: Double?
    let instabilityInterval: Interval?
    let flip: Double?
    let quadrant: Quadrant?
    let quadrantShare: Double?
    let note: String
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
    cutoffs = result.cutoffs
    layers = result.layers.map { layer in
      Layer(
        layer: layer.layer,
        personas: zip(result.personas, layer.readings).map { Self.persona($0, $1, result) },
        variance: layer.variances.map { readout, variance in
          Variance(
            readout: readout, icc: known(variance.components.intraclassCorrelation),
            instabilityRatio: known(variance.components.instabilityRatio), iccInterval: variance.interval,
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
      departure: known(states?.departure.value), departureInterval: states?.departure.interval,
      resistance: known(told?.resistance.value), resistanceInterval: told?.resistance.interval,
      depth: known(depth?.value.value), depthInterval: depth?.value.interval,
      instability: known(told?.instability.deviation.value), instabilityDefault: known(states?.instability.floor),
      instabilityInterval: told?.instability.deviation.interval, flip: told?.flips.share, quadrant: told?.quadrant,
      quadrantShare: told?.quadrantShare, note: persona.note(reading, result))
  }
}
