internal import Statistics

/// Activation capping: a floor on the projection along the axis that points toward the Assistant,
/// h′ = h − v · min(h · v − τ, 0) (Lu et al., arXiv 2601.10387, section 5).
///
/// Released configurations hold the negated axis u = −v with a ceiling c = −τ: h′ = h − u · max(h · u − c, 0). The
/// two are one operation.
public struct ActivationCap: Sendable, Equatable {
  /// The floor τ, in axis-projection units (h · v).
  public let threshold: Double

  /// A cap at `threshold`.
  public init(threshold: Double) { self.threshold = threshold }

  /// A cap at the `percentile` (0…100, linear interpolation) of calibration projections along +v. The Assistant's
  /// end is up: a higher percentile caps more.
  ///
  /// - Precondition: there is a projection, and none is NaN.
  public init(percentile: Double, of projections: [Double]) {
    threshold = quantile(projections, percentile / 100)
  }

  /// The projection h′ · v of an activation that projects to `projection`.
  public func apply(to projection: Double) -> Double { max(projection, threshold) }
}
