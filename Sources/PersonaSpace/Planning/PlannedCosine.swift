internal import Glibc
internal import Statistics

/// How many roles an interval of cos(axis, PC1) takes, by the bootstrap of a pilot.
///
/// On the scale of the angle, on which the interval is made, a standard deviation falls as one over the root of the number of roles.
/// That is an extrapolation: more roles are taken to be of the kind that the pilot's are. A pilot knows the standard deviation as well as
/// its bootstrap over pilots drawn from it says (`PilotSpread`), and numbers are averaged over what it may be, as those of `PlannedMean`.
public struct PlannedCosine: Sendable {
  /// The cosine of the pilot.
  public let cosine: Double
  /// Its roles.
  public let roles: Int
  /// How well the pilot knows its standard deviation: the degrees of freedom of a chi-square distribution that is as wide.
  public let freedom: Double
  private let deviation, bias: Double

  /// More roles are not looked for.
  public static let most = 100_000
  /// Fewer have no verdict.
  public static let least = 10

  /// By the bootstrap samples of the pilot's `roles`, of which the deviation has `freedom` degrees of freedom; nil where these are fewer than
  /// an interval takes.
  public init?(_ replicates: [AxisReplicate], cosine: Double, roles: Int, freedom: Double) {
    let found = Interval.differences(of: replicates.map(\.cosine), from: cosine, on: .angle)
    guard let found, roles >= LayerUncertainty.leastRoles else { return nil }
    (self.cosine, self.roles, self.freedom) = (cosine, roles, freedom)
    (deviation, bias) = (standardDeviation(of: found.differences), mean(of: found.differences))
  }

  /// Half of the length of the interval of `count` roles, from 0 to 1 as it is cut: with the standard deviation as it is, or `deviation`
  /// where that is given.
  public func halfWidth(of count: Int, deviation given: Double? = nil) -> Double {
    let deviation = given ?? self.deviation
    let share = Double(roles) / Double(count)
    let reach =
      Interval.widening(forSamplesOf: count) * normalDeviate(twoSided: 0.05) * deviation * share.squareRoot()
    let centre = Interval.Scale.angle.transform(cosine) - bias * share / 2
    let (low, high) = (
      Interval.Scale.angle.inverse(centre - reach), Interval.Scale.angle.inverse(centre + reach)
    )
    return (max(high, cosine) - max(min(low, cosine), 0)) / 2
  }

  /// The fewest roles, `least` or more, of which the half-width is `wanted` or less on average over what the standard deviation may be; nil
  /// of more than `most`. With it at either end of its interval of 95 %, `low` and `high`.
  public func number(halfWidth wanted: Double) -> PlannedNumber? {
    let ratio = DeviationRatio(degreesOfFreedom: freedom)
    let needed = Self.number { count in
      ratio.mean { halfWidth(of: count, deviation: deviation / $0) } <= wanted
    }
    guard let needed else { return nil }
    let ends = deviationInterval(deviation, degreesOfFreedom: freedom)
    func number(_ deviation: Double) -> Int? { Self.number { halfWidth(of: $0, deviation: deviation) <= wanted } }
    return PlannedNumber(needed: needed, low: number(ends.low), high: number(ends.high))
  }

  /// The least number of roles that suffices, where more always do.
  private static func number(suffices: (Int) -> Bool) -> Int? {
    var (below, above) = (Self.least - 1, Self.least)
    while !suffices(above) {
      guard above < Self.most else { return nil }
      (below, above) = (above, min(2 * above, Self.most))
    }
    while above - below > 1 {
      let middle = (below + above) / 2
      if suffices(middle) { above = middle } else { below = middle }
    }
    return above
  }
}
