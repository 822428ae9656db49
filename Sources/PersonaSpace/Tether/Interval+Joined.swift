internal import Statistics

extension Interval {
  /// Whether `value` lies in it, its ends too.
  func holds(_ value: Double) -> Bool { low <= value && value <= high }

  /// The percentile interval of replicates that resample `clusters` independent things, joined with the one that reaches as far to
  /// either side of `estimate` on `scale`: for numbers such as standard deviations, which are estimated too small from few things, and
  /// smaller yet from samples of them, so that the percentiles alone lie too low; and for those next to the end of their range, about
  /// which samples lie to one side.
  ///
  /// Replicates that are NaN are left out; nil if they are more than 2.5 % of all, if fewer than `leastReplicates` remain, or of fewer
  /// than `leastClusters` things.
  init?(joinedAbout estimate: Double, of replicates: [Double], on scale: Scale, clusters: Int) {
    guard let inner = Interval(percentilesOf: replicates, clusters: clusters),
      let (centre, differences) = Self.differences(of: replicates, from: estimate, on: scale)
    else { return nil }
    let reach = quantile(sorted: differences.map { abs($0) }.sorted(), 1 - 2 * percentileTail(clusters))
    self.init(
      low: min(inner.low, scale.inverse(centre - reach)), high: max(inner.high, scale.inverse(centre + reach)))
  }
}
