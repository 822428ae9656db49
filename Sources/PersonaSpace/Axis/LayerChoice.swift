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
  /// The layers that have it.
  public let candidates: Int

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
  /// cos(axis, PC1), or the highest cosine where there are no intervals. Nil if all are absent.
  public init?(of layers: [LayerSpace]) {
    let outcomes = layers.map { $0.assistant?.verdict.outcome ?? .absent }
    let best: AxisVerdict.Outcome = outcomes.contains(.found) ? .found : .weak
    let candidates = outcomes.indices.filter { outcomes[$0] == best }
    let grounds = layers.map(Self.ground)
    guard let index = candidates.max(by: { grounds[$0].cosine < grounds[$1].cosine }) else { return nil }
    (self.index, outcome, self.candidates) = (index, best, candidates.count)
    ground = candidates.count == 1 ? .onlyCandidate : grounds[index].ground
  }

  private static func ground(_ layer: LayerSpace) -> (cosine: Double, ground: Ground) {
    if let low = layer.uncertainty?.bootstrap?.cosine?.low { return (low, .highestLowerEnd(low)) }
    let cosine = layer.assistant?.componentCosines[0] ?? -1
    return (cosine, .highestCosine(cosine))
  }

  /// How well neighbouring layers agree on where the roles are: the rank correlations of the axis positions of the roles of
  /// each layer with those of the next; empty without two layers and an axis.
  public static func agreement(of layers: [LayerSpace]) -> [Double] {
    let positions = layers.compactMap { $0.assistant?.roles.map(\.position) }
    return zip(positions, positions.dropFirst()).map { spearmanCorrelation($0, $1) }
  }
}
