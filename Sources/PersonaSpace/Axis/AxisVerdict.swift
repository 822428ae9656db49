public import Statistics

/// Whether a layer has an Assistant axis: whether the direction toward the default is the leading direction in which
/// characters differ, with the default at its end. Whether the default is an assistant it cannot tell.
///
/// - `absent`: the variance of the first component is not clearly above what chance gives it (`leastScore`), or cos(axis, PC1) is below `leastCosine`, or it is
///   within chance: it, or the lower end of its interval, is below the 95 % quantile of a random direction.
/// - `found`: not absent; cos(axis, PC1) at least `publishedCosine` and the lower end of its interval at least `leastCosine`;
///   the default at `leastRelative` of the range of PC1 or above; at least `leastRoles` roles.
/// - `weak`: what lies between.
public struct AxisVerdict: Sendable, Equatable {
  /// The outcome.
  public enum Outcome: String, Sendable {
    case found
    case weak
    case absent
  }

  /// The outcome.
  public let outcome: Outcome
  /// What it rests on.
  public let evidence: Evidence

  /// The numbers that a verdict rests on.
  public struct Evidence: Sendable, Equatable {
    /// cos(axis, PC1).
    public let cosine: Double
    /// Its 95 % interval; nil if there is none.
    public let interval: Interval?
    /// The 95 % quantile of |cos| with a random direction.
    public let null: Double
    /// Where the default sits in the range of PC1, in 0…1; NaN if it has none.
    public let relative: Double
    /// The number of roles.
    public let roles: Int
    /// The components above chance; nil if that was not tried.
    public let components: Int?
    /// What keeps the verdict from being found, in the order of what is asked for; empty if nothing does.
    public let shortfalls: [Shortfall]
  }

  /// Why an axis is not found.
  public enum Shortfall: Sendable, Equatable {
    /// The first component is not clearly above chance.
    case firstComponentWithinChance
    /// The cosine is not above that of random directions.
    case cosineWithinChance
    /// The cosine is, the lower end of its interval is not.
    case intervalWithinChance
    /// The cosine is below `least`: `leastCosine` or `publishedCosine`.
    case cosineBelow(_ least: Double)
    /// The cosine is not below `least`, the lower end of its interval is.
    case intervalBelow(_ least: Double)
    /// The default is below `least` of the range of PC1.
    case defaultBelow(_ least: Double)
    /// Fewer than `least` roles.
    case tooFewRoles(_ least: Int)
  }

  /// Lu et al. report |cos(axis, PC1)| above .60 at every layer of three models.
  public static let publishedCosine = 0.6
  /// Below this the two directions share less than a tenth of their squared length (.316² = .1).
  public static let leastCosine = 0.316
  /// The default lies in the upper quarter of the range of PC1. In two public role sets it lies at .93 and .91; the
  /// axis can also align with PC1 where the default is just another role.
  public static let leastRelative = 0.75
  /// The test at 5 % of the parallel analysis lets one noise in twenty pass; six standard deviations hardly any.
  public static let leastScore = 6.0
  /// Fewer roles do not tell a leading direction from chance.
  public static let leastRoles = 10

  /// Judges a layer.
  ///
  /// - Parameters:
  ///   - cosine: cos(axis, PC1), not negative by orientation.
  ///   - interval: its 95 % interval; nil if there is none, and the verdict rests on the estimate.
  ///   - null: the 95 % quantile of |cos| with a random direction.
  ///   - relative: where the default sits in the range of PC1, in 0…1.
  ///   - roles: the number of roles.
  ///   - parallel: which components are above chance; nil if that was not tried.
  public init(
    cosine: Double, interval: Interval?, null: Double, relative: Double, roles: Int, parallel: ParallelAnalysis?
  ) {
    let low = interval?.low ?? cosine
    // Written so that a NaN, which compares false, cannot pass.
    let stands =
      parallel.map {
        $0.components >= 1 && $0.firstScore >= Self.leastScore && roles >= LayerUncertainty.leastRoles
      } ?? true
    let isAboveChance = stands && cosine > null && low > null && cosine >= Self.leastCosine
    let isLeading = cosine >= Self.publishedCosine && low >= Self.leastCosine && relative >= Self.leastRelative
    outcome = !isAboveChance ? .absent : isLeading && roles >= Self.leastRoles ? .found : .weak
    let shortfalls: [(isMet: Bool, shortfall: Shortfall)] = [
      (stands, .firstComponentWithinChance),
      (cosine > null, .cosineWithinChance),
      (!(cosine > null) || low > null, .intervalWithinChance),
      (cosine >= Self.leastCosine, .cosineBelow(Self.leastCosine)),
      (cosine >= Self.publishedCosine || cosine < Self.leastCosine, .cosineBelow(Self.publishedCosine)),
      (low >= Self.leastCosine || cosine < Self.leastCosine || low <= null, .intervalBelow(Self.leastCosine)),
      (relative >= Self.leastRelative, .defaultBelow(Self.leastRelative)),
      (roles >= Self.leastRoles, .tooFewRoles(Self.leastRoles)),
    ]
    evidence = Evidence(
      cosine: cosine, interval: interval, null: null, relative: relative, roles: roles,
      components: parallel?.components, shortfalls: shortfalls.filter { !$0.isMet }.map(\.shortfall))
  }

  /// The outcome over all layers: found or absent if that holds for more than half of them, else weak.
  public static func overall(_ outcomes: [Outcome]) -> Outcome {
    for outcome in [Outcome.found, .absent] where 2 * outcomes.count(where: { $0 == outcome }) > outcomes.count {
      return outcome
    }
    return .weak
  }
}
