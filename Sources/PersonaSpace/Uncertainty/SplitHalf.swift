internal import LinearAlgebra
internal import Statistics

/// How two spaces of one layer agree that were fitted to halves of the responses which have none in common, neither of the roles
/// nor of the default.
///
/// Halves that shared the default would share its noise, and look more alike than they are. What agrees here is not noise of
/// the responses; it may still be what all of them share, as all are of the same roles, whose choice the bootstrap resamples.
public struct SplitHalf: Sendable, Equatable {
  /// The cosine between the axes of the halves.
  public let axisCosine: Double
  /// |cos| between the first components of the halves.
  public let componentCosine: Double
  /// The rank correlation of the roles' axis positions in the halves.
  public let positionSpearman: Double
  /// |cos| between the axis of one half and the first component of the other, the mean of the two ways: cos(axis, PC1) of
  /// which no noise is in both.
  public let acrossCosine: Double

  /// All four, in this order.
  var values: [Double] { [axisCosine, componentCosine, positionSpearman, acrossCosine] }

  /// Of the fits `a` and `b` of the halves, to the same roles in the same order; nil unless both have an axis.
  public init?(_ a: LayerSpace, _ b: LayerSpace) {
    guard let first = a.assistant, let second = b.assistant, a.components.scores.rows == b.components.scores.rows else {
      return nil
    }
    let (own, other) = (
      Array(a.components.directions.row(0)), Array(b.components.directions.row(0))
    )
    axisCosine = dotProduct(first.axis.unit, second.axis.unit)
    componentCosine = abs(dotProduct(own, other))
    positionSpearman = spearmanCorrelation(first.roles.map(\.position), second.roles.map(\.position))
    acrossCosine = (abs(dotProduct(first.axis.unit, other)) + abs(dotProduct(second.axis.unit, own))) / 2
  }
}
