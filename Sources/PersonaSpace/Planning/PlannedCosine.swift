internal import Glibc
internal import Statistics

/// How many roles an interval of cos(axis, PC1) takes, by the bootstrap of a pilot.
///
/// On the scale of the angle, on which the interval is made, a standard deviation falls as one over the root of the number of roles.
/// That is an extrapolation: more roles are taken to be of the kind that the pilot's are.
public struct PlannedCosine: Sendable {
  /// The cosine of the pilot.
  public let cosine: Double
  /// Its roles.
  public let roles: Int
  private let deviation, bias: Double

  /// More roles are not looked for.
  public static let most = 100_000
  /// Fewer have no verdict.
  public static let least = 10

  /// By the bootstrap samples of the pilot's `roles`; nil where these are fewer than an interval takes.
  public init?(_ replicates: [AxisReplicate], cosine: Double, roles: Int) {
    let found = Interval.differences(of: replicates.map(\.cosine), from: cosine, on: .angle)
    guard let found, roles >= LayerUncertainty.leastRoles else { return nil }
    (self.cosine, self.roles) = (cosine, roles)
    (deviation, bias) = (standardDeviation(of: found.differences), mean(of: found.differences))
  }

  /// Half of the length of the interval of `count` roles, from 0 to 1 as it is cut.
  public func halfWidth(of count: Int) -> Double {
    let share = Double(roles) / Double(count)
    let reach =
      Interval.widening(forSamplesOf: count) * normalDeviate(twoSided: 0.05) * deviation * share.squareRoot()
    let centre = Interval.Scale.angle.transform(cosine) - bias * share / 2
    let (low, high) = (
      Interval.Scale.angle.inverse(centre - reach), Interval.Scale.angle.inverse(centre + reach)
    )
    return (max(high, cosine) - max(min(low, cosine), 0)) / 2
  }

  /// The fewest roles, `least` or more, of which the half-width is `wanted` or less; nil of more than `most`.
  public func number(halfWidth wanted: Double) -> Int? {
    var (below, above) = (Self.least - 1, Self.least)
    while halfWidth(of: above) > wanted {
      guard above < Self.most else { return nil }
      (below, above) = (above, min(2 * above, Self.most))
    }
    while above - below > 1 {
      let middle = (below + above) / 2
      if halfWidth(of: middle) <= wanted { above = middle } else { below = middle }
    }
    return above
  }
}
