internal import Statistics

/// The layer that a user should look at first, chosen on grounds that do not grow with the norm of activations, which rises
/// from layer to layer.
public struct LayerChoice: Sendable, Equatable {
  /// Its index among the layers given.
  public let index: Int
  /// Why, in one line.
  public let reason: String

  /// Among the layers with the best verdict there is, found or weak, the one in which cos(axis, PC1) is surest: with the
  /// highest lower end of its interval, or the highest cosine where there are no intervals. Nil if all are absent.
  public init?(of layers: [LayerSpace]) {
    let outcomes = layers.map { $0.assistant?.verdict.outcome ?? .absent }
    let best: AxisVerdict.Outcome = outcomes.contains(.found) ? .found : .weak
    func lowestCosine(_ index: Int) -> Double {
      layers[index].uncertainty?.bootstrap?.cosine?.low ?? layers[index].assistant?.componentCosines[0] ?? -1
    }
    let candidates = outcomes.indices.filter { outcomes[$0] == best }
    guard let index = candidates.max(by: { lowestCosine($0) < lowestCosine($1) }) else { return nil }
    self.index = index
    let ground =
      layers[index].uncertainty?.bootstrap?.cosine.map {
        "the lower end of the interval of its cos(axis, PC1), \(rounded($0.low)), is the highest"
      } ?? "its cos(axis, PC1), \(rounded(lowestCosine(index))), is the highest"
    reason =
      candidates.count == 1
      ? "the one layer that is \(best.rawValue)" : "\(ground) of \(candidates.count) layers that are \(best.rawValue)"
  }

  /// How well neighbouring layers agree on where the roles are: the rank correlations of the axis positions of the roles of
  /// each layer with those of the next; empty without two layers and an axis.
  public static func agreement(of layers: [LayerSpace]) -> [Double] {
    let positions = layers.compactMap { $0.assistant?.roles.map(\.position) }
    return zip(positions, positions.dropFirst()).map { spearmanCorrelation($0, $1) }
  }
}
