internal import Glibc

extension Interval {
  /// The standard bootstrap interval on `scale` (Efron & Tibshirani, An Introduction to the Bootstrap, section 12.4): 1.96 standard
  /// deviations of the replicates to either side of `estimate`, times √(n / (n − 1)) for n = `count` things resampled.
  ///
  /// For numbers that depend on how many things there are, which no allowance for bias brings to the population's: it is an
  /// interval of what as many other things of the same kind would show. NaN replicates are left out; nil if fewer than
  /// `leastReplicates` remain or the estimate is NaN.
  init?(around estimate: Double, spreadOf replicates: [Double], on scale: Scale, resampling count: Int) {
    guard !estimate.isNaN, count >= 2 else { return nil }
    let drawn = replicates.filter { !$0.isNaN }.map { scale.stretched($0) }
    guard drawn.count >= Self.leastReplicates else { return nil }
    let middle = mean(of: drawn)
    let variance = drawn.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Double(drawn.count - 1)
    let reach = normalDeviate(twoSided: 0.05) * (variance * Double(count) / Double(count - 1)).squareRoot()
    let centre = scale.stretched(estimate)
    self.init(low: scale.shrunk(centre - reach), high: scale.shrunk(centre + reach))
  }
}
