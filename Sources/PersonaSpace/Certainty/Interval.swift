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
    let (sorted, tail) = (known.sorted(), percentileTail(clusters))
    self.init(low: quantile(sorted: sorted, tail), high: quantile(sorted: sorted, 1 - tail))
  }

  /// A symmetric bootstrap interval (Hall, Journal of the Royal Statistical Society B 50, 1988) on `scale`: as far to either
  /// side as 95 % of the replicates lie from `estimate`, about the estimate less half the bias that the replicates show.
  ///
  /// For estimates that are biased as their replicates are, such as those of a leading direction, of which percentile intervals
  /// miss the truth on one side; half, because the bias is itself estimated, and the reach allows for all of it. The estimate is
  /// always within. `docs/numerics.md` has the coverage. NaN replicates are left out; nil if fewer than `leastReplicates` remain
  /// or the estimate is NaN.
  public init?(about estimate: Double, of replicates: [Double], on scale: Scale) {
    guard !estimate.isNaN else { return nil }
    let centre = scale.stretched(estimate)
    var differences: [Double] = []
    for replicate in replicates where !replicate.isNaN { differences.append(scale.stretched(replicate) - centre) }
    guard differences.count >= Self.leastReplicates else { return nil }
    let reach = quantile(sorted: differences.map { abs($0) }.sorted(), 0.95)
    let middle = centre - mean(of: differences) / 2
    self.init(low: scale.shrunk(middle - reach), high: scale.shrunk(middle + reach))
  }

  /// Samples of fewer things are too few to be told apart: 126 of five.
  public static let leastClusters = 5

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
    /// For what is positive, such as a standard deviation: ln x.
    case logarithm

    func stretched(_ x: Double) -> Double {
      // An estimate at the very end is taken for one that rounding moved there.
      switch self {
      case .plain: x
      case .fisher: atanh(min(max(x, -1 + 1e-15), 1 - 1e-15))
      case .logit: log(min(max(x, 1e-15), 1 - 1e-15)) - log1p(-min(max(x, 1e-15), 1 - 1e-15))
      case .logarithm: log(max(x, .leastNormalMagnitude))
      }
    }

    func shrunk(_ y: Double) -> Double {
      switch self {
      case .plain: y
      case .fisher: tanh(y)
      case .logit: 1 / (1 + exp(-y))
      case .logarithm: exp(y)
      }
    }
  }
}
