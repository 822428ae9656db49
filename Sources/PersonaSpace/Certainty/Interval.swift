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
    let sorted = known.sorted()
    self.init(low: quantile(sorted: sorted, 0.025), high: quantile(sorted: sorted, 0.975))
  }

  /// The basic bootstrap interval on `scale` (Davison & Hinkley, Bootstrap Methods and their Application, section 5.2.1): the
  /// 2.5 and 97.5 percentiles of the replicates, reflected about `estimate`; widened to hold it, if it does not.
  ///
  /// For estimates that are biased as their replicates are, such as those of a leading direction: percentile intervals, which
  /// carry the bias twice, hold the truth in as little as half of the data sets (`docs/numerics.md` has the coverage). NaN
  /// replicates are left out; nil if fewer than `leastReplicates` remain or the estimate is NaN.
  ///
  /// - Parameter factor: what it is widened by, such as `widening(forSamplesOf:)`.
  public init?(about estimate: Double, of replicates: [Double], on scale: Scale, widenedBy factor: Double = 1) {
    guard !estimate.isNaN else { return nil }
    let centre = scale.stretched(estimate)
    var differences: [Double] = []
    for replicate in replicates where !replicate.isNaN { differences.append(scale.stretched(replicate) - centre) }
    guard differences.count >= Self.leastReplicates else { return nil }
    differences.sort()
    let (below, above) = (quantile(sorted: differences, 0.975), quantile(sorted: differences, 0.025))
    self.init(
      low: min(scale.shrunk(centre - factor * below), estimate),
      high: max(scale.shrunk(centre - factor * above), estimate))
  }

  /// By how much intervals from samples of `count` things are too narrow: √(n / (n − 1)) · t / z, as samples vary less than what
  /// they stand for by (n − 1) / n in the variance, and as a normal deviate does against Student's with n − 1 degrees of freedom
  /// (Hesterberg, The American Statistician 69, 2015, section 3.2). 1 for a single thing, of which nothing follows.
  public static func widening(forSamplesOf count: Int) -> Double {
    guard count >= 2 else { return 1 }
    let (n, z) = (Double(count), normalDeviate(twoSided: 0.05))
    return (n / (n - 1)).squareRoot() * studentDeviate(twoSided: 0.05, degrees: n - 1) / z
  }

  /// Fewer replicates tell nothing of the outer twentieth.
  public static let leastReplicates = 40

  /// A scale on which the distribution of an estimate hardly depends on where it lies.
  public enum Scale: Sendable {
    /// As it is.
    case plain
    /// Fisher's z, for cosines and correlations: artanh x.
    case fisher
    /// For shares in 0…1: ln(x / (1 − x)).
    case logit

    func stretched(_ x: Double) -> Double {
      // An estimate at the very end is taken for one that rounding moved there.
      switch self {
      case .plain: x
      case .fisher: atanh(min(max(x, -1 + 1e-15), 1 - 1e-15))
      case .logit: log(min(max(x, 1e-15), 1 - 1e-15)) - log1p(-min(max(x, 1e-15), 1 - 1e-15))
      }
    }

    func shrunk(_ y: Double) -> Double {
      switch self {
      case .plain: y
      case .fisher: tanh(y)
      case .logit: 1 / (1 + exp(-y))
      }
    }
  }
}
