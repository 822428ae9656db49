/// Turns that lie far outside what the roles span, in most of the layers: what their positions say is open then.
public struct FarTurns: Sendable, Equatable {
  /// The median over turns of the distance off the axis, as a multiple of that of the farthest role: the least and the most over the
  /// layers in which it is large.
  public let least, most: Double
  /// The number of these layers, and of all.
  public let layers, allLayers: Int

  /// A turn lies beyond the roles from here on: one turn scatters more than the mean of a role's responses does.
  private static let farRatio = 1.5

  /// Of the turns with the ratios `ratios`, layer by layer; nil if they do not lie far, or the roles are not known.
  init?(_ ratios: [[Double]]) {
    let medians = ratios.filter { !$0.isEmpty }.map { $0.sorted()[$0.count / 2] }
    let far = medians.filter { $0 > Self.farRatio }
    guard far.count * 2 > medians.count, let least = far.min(), let most = far.max() else { return nil }
    (self.least, self.most, layers, allLayers) = (least, most, far.count, medians.count)
  }

  /// What is to be said of them.
  public var words: String {
    func ratio(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
    return
      "half of the turns lie \(ratio(least)) to \(ratio(most)) times as far off the axis as the farthest role (off_axis_ratio), in "
      + "\(layers) of \(counted(allLayers, "layer")): they may be of another layer or model, steered, or much shorter than "
      + "the responses; their positions on the axis say little of what else they are"
  }
}
