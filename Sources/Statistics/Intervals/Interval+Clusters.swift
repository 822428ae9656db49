extension Interval {
  /// The symmetric interval of replicates that resample `clusters` independent things: the reach of 95 % of them where these are
  /// many, and of few what `percentileTail` takes instead. Nil also of fewer than `leastClusters` things.
  package init?(symmetricAbout estimate: Double, of replicates: [Double], on scale: Scale, clusters: Int) {
    guard clusters >= Self.leastClusters,
      let (centre, differences) = Self.differences(of: replicates, from: estimate, on: scale)
    else { return nil }
    let reach = quantile(sorted: differences.map { abs($0) }.sorted(), 1 - 2 * percentileTail(clusters))
    let middle = centre - mean(of: differences) / 2
    self.init(low: scale.inverse(middle - reach), high: scale.inverse(middle + reach))
  }
}
