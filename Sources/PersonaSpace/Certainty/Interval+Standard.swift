internal import Glibc

extension Interval {
  /// The standard bootstrap interval on `scale` (Efron & Tibshirani, An Introduction to the Bootstrap, section 12.4): 1.96 standard
  /// deviations of the replicates to either side of `estimate`.
  ///
  /// For numbers that depend on how many things there are, which no allowance for bias brings to the population's: it is then an
  /// interval of what as many other things of the same kind would show. And, less the bias that the replicates show, for
  /// numbers whose replicates have so long a tail to one side that reflecting it about the estimate cuts the interval short.
  /// NaN replicates are left out; nil if fewer than `leastReplicates` remain or the estimate is NaN.
  ///
  /// - Parameters:
  ///   - correcting: whether the bias is taken off.
  ///   - factor: what it is widened by, such as `widening(forSamplesOf:)`.
  init?(
    around estimate: Double, spreadOf replicates: [Double], on scale: Scale, correcting: Bool, widenedBy factor: Double
  ) {
    guard !estimate.isNaN else { return nil }
    let drawn = replicates.filter { !$0.isNaN }.map { scale.stretched($0) }
    guard drawn.count >= Self.leastReplicates else { return nil }
    let middle = mean(of: drawn)
    let variance = drawn.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Double(drawn.count - 1)
    let reach = normalDeviate(twoSided: 0.05) * factor * variance.squareRoot()
    let own = scale.stretched(estimate)
    let centre = correcting ? 2 * own - middle : own
    self.init(low: scale.shrunk(centre - reach), high: scale.shrunk(centre + reach))
  }
}
