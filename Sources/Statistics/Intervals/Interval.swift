internal import Glibc

/// A confidence interval, of 95 % unless its source says otherwise.
public struct Interval: Sendable, Equatable, Encodable {
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double

  /// The interval from `low` to `high`.
  public init(low: Double, high: Double) { (self.low, self.high) = (low, high) }

  /// The percentile interval of bootstrap replicates: their 2.5 and 97.5 percentiles. Replicates that are NaN, of samples
  /// in which the statistic does not exist, are left out; nil if fewer than `leastReplicates` remain.
  public init?(percentilesOf replicates: [Double]) {
    let known = replicates.filter { !$0.isNaN }
    guard known.count >= Self.leastReplicates else { return nil }
    let ends = quantiles(known, 0.025, 0.975)
    self.init(low: ends.low, high: ends.high)
  }

  /// The percentile interval of replicates that resample `clusters` independent things: the 2.5 and 97.5 percentiles of many,
  /// and of few what `percentileTail` takes instead, without which the interval is too short.
  ///
  /// Replicates that are NaN are left out; nil if they are more than 2.5 % of all, as an end may then lie among them, if fewer
  /// than `leastReplicates` remain, or of fewer than `leastClusters` things.
  public init?(percentilesOf replicates: [Double], clusters: Int) {
    guard clusters >= Self.leastClusters else { return nil }
    let known = replicates.filter { !$0.isNaN }
    guard known.count >= Self.leastReplicates, 40 * (replicates.count - known.count) <= replicates.count else {
      return nil
    }
    let tail = percentileTail(clusters)
    let ends = quantiles(known, tail, 1 - tail)
    self.init(low: ends.low, high: ends.high)
  }

  /// The basic bootstrap interval on `scale` (Davison & Hinkley, Bootstrap Methods and their Application, section 5.2.1): the
  /// 2.5 and 97.5 percentiles of the replicates, reflected about `estimate`; widened to hold it, if it does not.
  ///
  /// For estimates that are biased as their replicates are, such as those of a leading direction: percentile intervals, which
  /// carry the bias twice, hold the truth in as little as half of the data sets (`docs/validation.md` has the coverage). NaN
  /// replicates are left out; nil if fewer than `leastReplicates` remain or the estimate is NaN.
  ///
  /// - Parameters:
  ///   - origin: what the replicates scatter about, where they were drawn about another value than the estimate.
  ///   - factor: what it is widened by, such as `widening(forSamplesOf:)`.
  public init?(
    about estimate: Double, of replicates: [Double], from origin: Double? = nil, on scale: Scale,
    widenedBy factor: Double = 1
  ) {
    guard !estimate.isNaN, let drawn = Self.differences(of: replicates, from: origin ?? estimate, on: scale) else {
      return nil
    }
    let (centre, sorted) = (scale.transform(estimate), drawn.differences.sorted())
    let (below, above) = (quantile(sorted: sorted, 0.975), quantile(sorted: sorted, 0.025))
    self.init(
      low: min(scale.inverse(centre - factor * below), estimate),
      high: max(scale.inverse(centre - factor * above), estimate))
  }

  /// `estimate` on `scale`, and the differences from it of those of `replicates` that are not NaN; nil if there are fewer than
  /// `leastReplicates` of them or the estimate is NaN.
  package static func differences(
    of replicates: [Double], from estimate: Double, on scale: Scale
  ) -> (centre: Double, differences: [Double])? {
    guard !estimate.isNaN else { return nil }
    let centre = scale.transform(estimate)
    let differences = replicates.filter { !$0.isNaN }.map { scale.transform($0) - centre }
    return differences.count < leastReplicates ? nil : (centre, differences)
  }

  /// By how much intervals from samples of `count` things are too narrow: √(n / (n − 1)) · t / z, as samples vary less than what
  /// they stand for by (n − 1) / n in the variance, and as a normal deviate does against Student's with n − 1 degrees of freedom
  /// (Hesterberg, The American Statistician 69, 2015, section 3.2). 1 for a single thing, of which nothing follows.
  public static func widening(forSamplesOf count: Int) -> Double {
    guard count >= 2 else { return 1 }
    let (n, z) = (Double(count), normalDeviate(twoSided: 0.05))
    return (n / (n - 1)).squareRoot() * studentDeviate(twoSided: 0.05, degreesOfFreedom: count - 1) / z
  }

  /// By how much intervals are too narrow whose samples are normal, of a variance that `count` things tell: t / z, with n − 1 degrees of
  /// freedom. 1 for a single thing, of which nothing follows.
  package static func widening(forGaussian count: Int) -> Double {
    guard count >= 2 else { return 1 }
    return studentDeviate(twoSided: 0.05, degreesOfFreedom: count - 1) / normalDeviate(twoSided: 0.05)
  }

  /// Samples of fewer things are too few to be told apart: 126 of five.
  public static let leastClusters = 5

  /// Fewer replicates tell nothing of the outer twentieth.
  public static let leastReplicates = 40

  /// A scale on which the distribution of an estimate hardly depends on where it lies.
  public enum Scale: Sendable {
    /// As it is.
    case plain
    /// The angle, for cosines with a direction that is estimated: arcsin x.
    case angle
    /// Fisher's z, for cosines and correlations: artanh x.
    case fisher
    /// For shares in 0…1: ln(x / (1 − x)).
    case logit
    /// For what is positive, such as a standard deviation: ln x.
    case logarithm

    /// `x` on the scale.
    package func transform(_ x: Double) -> Double {
      // An estimate at the very end is taken for one that rounding moved there.
      switch self {
      case .plain: x
      case .angle: asin(min(max(x, -1), 1))
      case .fisher: atanh(min(max(x, -1 + 1e-15), 1 - 1e-15))
      case .logit: log(min(max(x, 1e-15), 1 - 1e-15)) - log1p(-min(max(x, 1e-15), 1 - 1e-15))
      case .logarithm: log(max(x, .leastNormalMagnitude))
      }
    }

    /// What is `y` on the scale: the inverse of `transform`.
    package func inverse(_ y: Double) -> Double {
      switch self {
      case .plain: y
      case .angle: sin(min(max(y, -.pi / 2), .pi / 2))
      case .fisher: tanh(y)
      case .logit: 1 / (1 + exp(-y))
      case .logarithm: exp(y)
      }
    }
  }
}
