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
  /// chosen. Nil if none is left.
  public init?(of layers: [LayerSpace]) {
    guard let own = Self.best(of: layers, { $0.evidence.massiveCarries != true }) else { return nil }
    let any = Self.withMassive(of: layers)
    (index, outcome, candidates) = (own.index, own.outcome, own.candidates)
    passedOver = any == own.index ? nil : any
    ground = candidates == 1 ? .onlyCandidate : Self.ground(layers[index]).ground
  }

  /// The layer that would be chosen if it did not matter whether verdicts rest on massive dimensions; nil if none is found or weak.
  public static func withMassive(of layers: [LayerSpace]) -> Int? { best(of: layers) { _ in true }?.index }

  private static func best(
    of layers: [LayerSpace], _ isWanted: (AxisVerdict) -> Bool
  ) -> (index: Int, outcome: AxisVerdict.Outcome, candidates: Int)? {
    let verdicts = layers.map { $0.assistant?.verdict }
    for outcome in [AxisVerdict.Outcome.found, .weak] {
      let candidates = verdicts.indices.filter { verdicts[$0].map { $0.outcome == outcome && isWanted($0) } ?? false }
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
