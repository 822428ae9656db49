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

/// The tokens of a turn as capping sees them.
public struct TurnTokens: Sendable, Equatable {
  /// h · v of each token.
  public let projections: [Double]
  /// |h| of each token.
  public let norms: [Double]

  /// Tokens with the given projections and norms.
  ///
  /// - Precondition: there is a token, and the two are of one length.
  public init(projections: [Double], norms: [Double]) {
    precondition(!projections.isEmpty && projections.count == norms.count, "tokens without projections or norms")
    self.projections = projections
    self.norms = norms
  }
}

/// A turn before and after capping, simulated at one layer: nothing propagates to the next.
public struct CappedTurn: Sendable, Equatable {
  /// The mean projection before.
  public let before: Double
  /// The mean projection after.
  public let after: Double
  /// The mean of after − before over tokens; not negative.
  public let pullback: Double
  /// The share of tokens strictly below the threshold, in 0…1.
  public let touched: Double
  /// The mean of |h′ − h| / |h| over tokens; NaN if a touched token is zero.
  public let perturbation: Double

  /// Caps each token and averages.
  ///
  /// A turn of which only the mean is known is given as one token. What comes out is then a lower bound on the
  /// pull-back, as the clamp is convex.
  public init(_ turn: TurnTokens, _ cap: ActivationCap) {
    var (before, after, pullback, touched, perturbation) = (0.0, 0.0, 0.0, 0, 0.0)
    for (projection, norm) in zip(turn.projections, turn.norms) {
      let capped = cap.apply(to: projection)
      before += projection
      after += capped
      pullback += capped - projection
      if projection < cap.threshold {
        touched += 1
        // The cap moves a token along the unit axis only.
        perturbation += (capped - projection) / norm
      }
    }
    let count = Double(turn.projections.count)
    self.before = before / count
    self.after = after / count
    self.pullback = pullback / count
    self.touched = Double(touched) / count
    self.perturbation = perturbation.isFinite ? perturbation / count : .nan
  }
}
