/// The tokens of a turn as capping sees them.
public struct TurnTokens: Sendable, Equatable {
  /// h · v of each token.
  public let projections: [Double]
  /// |h| of each token.
  public let norms: [Double]
  /// The least of the projections.
  public let least: Double
  /// The mean over tokens of the squared distance of their projections from the mean of these.
  public let variance: Double

  /// Tokens with the given projections and norms.
  ///
  /// - Precondition: there is a token, and the two are of one length.
  public init(projections: [Double], norms: [Double]) {
    precondition(!projections.isEmpty && projections.count == norms.count, "tokens without projections or norms")
    self.projections = projections
    self.norms = norms
    // Sweeps ask for them at each of their thresholds.
    least = projections.min() ?? .nan
    let count = Double(projections.count)
    let centre = projections.reduce(0, +) / count
    variance = projections.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / count
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
    let moved: Moved
    if case .floor(let tau) = intervention {
      moved = turn.least < tau ? Moved(turn, below: tau) : Moved()
    } else {
      moved = Moved(turn, intervention)
    }
    let count = Double(turn.projections.count)
    variance = turn.variance
    before = mean
    pullback = moved.pullback / count
    cappedShare = Double(moved.touched) / count
    perturbation = moved.perturbation.isFinite ? moved.perturbation / count : .nan
  }

  /// Sums over the tokens of a turn.
  private struct Moved {
    var (pullback, touched, perturbation) = (0.0, 0, 0.0)

    init() {}

    init(_ turn: TurnTokens, _ intervention: AxisIntervention) {
      for (projection, norm) in zip(turn.projections, turn.norms) where intervention.touches(projection) {
        add(intervention.apply(to: projection) - projection, norm)
      }
    }

    /// The same of a floor, which sweeps hold against every token many times.
    init(_ turn: TurnTokens, below tau: Double) {
      for (projection, norm) in zip(turn.projections, turn.norms) where projection < tau { add(tau - projection, norm) }
    }

    private mutating func add(_ movement: Double, _ norm: Double) {
      touched += 1
      pullback += movement
      // It moves a token along the unit axis only.
      perturbation += abs(movement) / norm
    }
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
