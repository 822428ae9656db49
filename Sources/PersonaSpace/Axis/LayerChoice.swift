internal import Statistics

/// The layer that a user should look at first, chosen on grounds that do not grow with the norm of activations, which rises
/// from layer to layer.
public struct LayerChoice: Sendable, Equatable {
  /// Its index among the layers given.
  public let index: Int
  /// Why.
  public let ground: Ground
  /// The best verdict of any layer, found or weak.
  public let outcome: AxisVerdict.Outcome
  /// The layers that have it, those left out that rest on massive dimensions.
  public let candidates: Int
  /// The layer that would have been chosen if its axis did not rest on massive dimensions; nil if that is the one chosen.
  public let passedOver: Int?
  /// The layer that would have been chosen if it did not matter how its answers lie along the axis, and the layer whose answers agree
  /// with it best; nil if that is the one chosen.
  public let behind: Behind?

  /// A layer that is not chosen, as its answers agree less with its axis than those of another.
  public struct Behind: Sendable, Equatable {
    /// The index of the layer, and that of the one that it is behind.
    public let index, other: Int
  }

  /// Why a layer is chosen.
  public enum Ground: Sendable, Equatable {
    /// It is the one with the best verdict.
    case onlyCandidate
    /// The lower end of the interval of its cos(axis, PC1), this, is the highest.
    case highestLowerEnd(Double)
    /// Its cos(axis, PC1), this, is the highest, as there are no intervals.
    case highestCosine(Double)
  }

  /// Among the layers with the best verdict there is, found or weak, the one with the highest lower end of the interval of
  /// cos(axis, PC1), or the highest cosine where there are no intervals. A layer whose verdict rests on massive dimensions is not
  /// chosen. Nor is one whose answers are shown to agree less with its axis than those of another of these layers, as an early layer whose
  /// axis is of the prompt (`AnswerAgreement`). Nil if none is left.
  ///
  /// - Parameters:
  ///   - agreements: how the answers of each layer lie along its axis; empty where that is not known.
  ///   - replicates, seed: of the samples by which agreements of layers are compared.
  public init?(of layers: [LayerSpace], agreements: [AnswerAgreement?] = [], replicates: Int = 0, seed: UInt64 = 0) {
    guard let own = Self.best(of: layers, { !$0.restsOnMassive }) else { return nil }
    let lagging = Self.lagging(layers, own.outcome, agreements, replicates, seed)
    guard let kept = Self.best(of: layers, { !$0.restsOnMassive && !lagging.rows.contains($0.index) }) else {
      return nil
    }
    let any = Self.withMassive(of: layers)
    (index, outcome, candidates) = (kept.index, kept.outcome, kept.candidates)
    passedOver = any == own.index ? nil : any
    behind = kept.index == own.index ? nil : lagging.best.map { Behind(index: own.index, other: $0) }
    ground = candidates == 1 ? .onlyCandidate : Self.ground(layers[index]).ground
  }

  /// The candidate of which answers agree best, and those whose agreement is shown to be less.
  private static func lagging(
    _ layers: [LayerSpace], _ outcome: AxisVerdict.Outcome, _ agreements: [AnswerAgreement?], _ replicates: Int,
    _ seed: UInt64
  ) -> (best: Int?, rows: Set<Int>) {
    guard agreements.count == layers.count else { return (nil, []) }
    let candidates = layers.indices.filter { index in
      guard let verdict = layers[index].assistant?.verdict, agreements[index] != nil else { return false }
      return verdict.outcome == outcome && verdict.evidence.massiveCarries != true
    }
    let areScored = candidates.allSatisfy { agreements[$0]?.scored != nil }
    func value(_ index: Int) -> Double {
      (areScored ? agreements[index]?.scored?.value : agreements[index]?.told.value) ?? -.infinity
    }
    guard let best = candidates.max(by: { value($0) < value($1) }), let other = agreements[best] else {
      return (nil, [])
    }
    let behind = candidates.filter { agreements[$0]?.isBehind(other, replicates: replicates, seed: seed) == true }
    return (best, Set(behind))
  }

  /// The layer that would be chosen if it did not matter whether verdicts rest on massive dimensions; nil if none is found or weak.
  public static func withMassive(of layers: [LayerSpace]) -> Int? { best(of: layers) { _ in true }?.index }

  /// A layer that may be chosen.
  private struct Candidate {
    let index: Int
    let verdict: AxisVerdict
    var restsOnMassive: Bool { verdict.evidence.massiveCarries == true }
  }

  private static func best(
    of layers: [LayerSpace], _ isWanted: (Candidate) -> Bool
  ) -> (index: Int, outcome: AxisVerdict.Outcome, candidates: Int)? {
    let verdicts = layers.map { $0.assistant?.verdict }
    for outcome in [AxisVerdict.Outcome.found, .weak] {
      let candidates = verdicts.indices.filter { index in
        verdicts[index].map { $0.outcome == outcome && isWanted(Candidate(index: index, verdict: $0)) } ?? false
      }
      let grounds = layers.map { ground($0).cosine }
      if let index = candidates.max(by: { grounds[$0] < grounds[$1] }) { return (index, outcome, candidates.count) }
    }
    return nil
  }

  private static func ground(_ layer: LayerSpace) -> (cosine: Double, ground: Ground) {
    if let low = layer.uncertainty?.bootstrap?.cosine?.low { return (low, .highestLowerEnd(low)) }
    let cosine = layer.assistant?.componentCosines[0] ?? -1
    return (cosine, .highestCosine(cosine))
  }
}
