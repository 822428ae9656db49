public import Statistics

/// Whether a layer has an Assistant axis: whether the direction toward the default is the leading direction in which
/// characters differ, with the default at its end. Whether the default is an assistant it cannot tell.
///
/// - `inconclusive`: fewer than `leastRoles` roles; or the variance of the first component is not clearly above what chance gives it
///   (`leastScore`); or the interval of cos(axis, PC1) reaches to chance, or holds `leastCosine`, or is wanting below it.
/// - `absent`: enough roles, and cos(axis, PC1) is not above the 95 % quantile of a random direction, or the upper end of its
///   interval is below `leastCosine`.
/// - `found`: neither; cos(axis, PC1) at least `publishedCosine`, and the default at `leastRelative` of the range of PC1 or above.
/// - `weak`: neither, and there, as the whole interval is above chance and `leastCosine`, but not the leading direction with the
///   default at its end.
public struct AxisVerdict: Sendable, Equatable {
  /// The outcome, the best last.
  public enum Outcome: String, Sendable, CaseIterable {
    case absent
    case inconclusive
    case weak
    case found
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
    /// The same without the massive dimensions; nil where there are none, or it was not tried.
    public let withoutMassive: MassiveInfluence?
    /// Whether the outcome rests on the massive dimensions: by the estimates alone it is a lower one without them, and the cosine
    /// without them is below the interval with them. Nil where there are none, or it was not tried.
    public let massiveCarries: Bool?
    /// What would decide; nil where the verdict is not inconclusive.
    public let remedy: Remedy?
  }

  /// What would decide where a verdict is inconclusive.
  public enum Remedy: Sendable, Equatable {
    /// So many roles in all.
    case roles(Int)
    /// An interval of the cosine.
    case interval
    /// A first component clearly above chance, by more roles or more responses behind each.
    case clearerComponent
    /// About so many roles in all, or responses in the same proportion: the half of the interval that reaches to the bound shrinks
    /// as one over the root of their number. Nil where the estimate is too near the bound for a number.
    case narrowerInterval(bound: Double, roles: Int?)
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

  /// Beyond so many roles none is named: the estimate is at the bound.
  private static let mostRoles = 10_000.0

  /// Judges a layer.
  ///
  /// - Parameters:
  ///   - cosine: cos(axis, PC1), not negative by orientation.
  ///   - interval: its 95 % interval; nil if there is none, and the verdict rests on the estimate.
  ///   - null: the 95 % quantile of |cos| with a random direction.
  ///   - relative: where the default sits in the range of PC1, in 0…1.
  ///   - roles: the number of roles.
  ///   - parallel: which components are above chance; nil if that was not tried.
  ///   - withoutMassive: cosine, null and place without the massive dimensions; nil without any.
  public init(
    cosine: Double, interval: Interval?, null: Double, relative: Double, roles: Int, parallel: ParallelAnalysis?,
    withoutMassive: MassiveInfluence? = nil
  ) {
    let low = interval?.low ?? cosine
    // Written so that a NaN, which compares false, cannot pass.
    let stands =
      parallel.map {
        $0.components >= 1 && $0.firstScore >= Self.leastScore && roles >= LayerUncertainty.leastRoles
      } ?? true
    func outcome(_ cosine: Double, _ interval: Interval?, _ null: Double, _ relative: Double) -> Outcome {
      guard roles >= Self.leastRoles, !cosine.isNaN else { return .inconclusive }
      guard cosine > null, interval.map({ $0.high >= Self.leastCosine }) ?? true else { return .absent }
      let low = interval?.low ?? cosine
      guard stands, low > null, low >= Self.leastCosine, cosine >= Self.leastCosine else { return .inconclusive }
      return cosine >= Self.publishedCosine && relative >= Self.leastRelative ? .found : .weak
    }
    self.outcome = outcome(cosine, interval, null, relative)
    let carries = withoutMassive.map { other in
      let (with, without) = (
        outcome(cosine, nil, null, relative), outcome(other.cosine, nil, other.null, other.relative)
      )
      return without.rank < with.rank && !(other.cosine >= low)
    }
    let remedy =
      self.outcome == .inconclusive
      ? Self.remedy(cosine: cosine, interval: interval, null: null, roles: roles, stands: stands) : nil
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
      components: parallel?.components, shortfalls: shortfalls.filter { !$0.isMet }.map(\.shortfall),
      withoutMassive: withoutMassive, massiveCarries: carries, remedy: remedy)
  }

  private static func remedy(cosine: Double, interval: Interval?, null: Double, roles: Int, stands: Bool) -> Remedy {
    if roles < leastRoles { return .roles(leastRoles) }
    guard stands else { return .clearerComponent }
    guard let interval else { return .interval }
    // Above what would matter the lower end must come up, below it the upper end down.
    let isAbove = cosine >= leastCosine
    let bound = isAbove ? max(null, leastCosine) : leastCosine
    let ratio = (isAbove ? cosine - interval.low : interval.high - cosine) / abs(cosine - bound)
    let needed = (Double(roles) * ratio * ratio).rounded(.up)
    return .narrowerInterval(bound: bound, roles: needed <= mostRoles ? Int(needed) : nil)
  }

  /// The outcome over all layers: the one that more than half of them have; or else weak, if more than half are weak or found; or else
  /// inconclusive.
  public static func overall(_ outcomes: [Outcome]) -> Outcome {
    for outcome in Outcome.allCases where 2 * outcomes.count(where: { $0 == outcome }) > outcomes.count {
      return outcome
    }
    return 2 * outcomes.count { $0 == .found || $0 == .weak } > outcomes.count ? .weak : .inconclusive
  }
}

extension AxisVerdict.Outcome {
  /// From 0, absent, to found.
  var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
