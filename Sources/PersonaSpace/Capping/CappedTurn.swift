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
  /// The projection of the turn's mean before.
  public let before: Double
  /// That after: `before` and the pull-back.
  public var after: Double { before + pullback }
  /// The mean over tokens of what the cap adds to the projection; not negative, unless it caps along another direction.
  public let pullback: Double
  /// The share of tokens strictly below the threshold, in 0…1.
  public let cappedShare: Double
  /// The mean over tokens of the squared distance of their projections from the mean of these; 0 of a turn's mean. NaN of a cap along
  /// another direction.
  public let variance: Double
  /// The mean of |h′ − h| / |h| over tokens; NaN if a touched token is zero.
  public let perturbation: Double

  /// Caps each token and averages.
  ///
  /// A turn of which only the mean is known is given as one token. What comes out is then a lower bound on the
  /// pull-back, as the clamp is convex.
  ///
  /// - Parameter mean: the projection of the turn's mean, as a projection of turns has it.
  public init(_ turn: TurnTokens, mean: Double, _ cap: ActivationCap) {
    self.init(turn, mean: mean, .floor(cap.threshold))
  }

  /// The same of any intervention along the axis. Of an offset, and of a removal, what is known of a turn's mean is no bound: both are
  /// linear.
  public init(_ turn: TurnTokens, mean: Double, _ intervention: AxisIntervention) {
    var (pullback, touched, perturbation) = (0.0, 0, 0.0)
    for (projection, norm) in zip(turn.projections, turn.norms) {
      let capped = intervention.apply(to: projection)
      pullback += capped - projection
      if intervention.touches(projection) {
        touched += 1
        // It moves a token along the unit axis only.
        perturbation += abs(capped - projection) / norm
      }
    }
    let count = Double(turn.projections.count)
    let centre = turn.projections.reduce(0, +) / count
    variance = turn.projections.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / count
    before = mean
    self.pullback = pullback / count
    cappedShare = Double(touched) / count
    self.perturbation = perturbation.isFinite ? perturbation / count : .nan
  }

  /// What a cap along one direction does along another, with which it has this cosine: of the movement that share, signed; tokens are
  /// touched, and perturbed, as they are.
  ///
  /// - Parameter mean: the projection of the turn's mean on the other direction.
  public func seen(along cosine: Double, mean: Double) -> CappedTurn {
    CappedTurn(before: mean, pullback: pullback * cosine, cappedShare: cappedShare, perturbation: perturbation)
  }

  private init(before: Double, pullback: Double, cappedShare: Double, perturbation: Double) {
    (self.before, self.pullback, variance) = (before, pullback, .nan)
    (self.cappedShare, self.perturbation) = (cappedShare, perturbation)
  }
}
