package import Statistics

extension Interval {
  /// The interval of a share of `count` answers to `clusters` questions whose resampled shares have the standard deviation
  /// `deviation`: Wilson's score interval (Journal of the American Statistical Association 22, 1927) of as many independent answers
  /// as would vary as much, r (1 − r) / deviation² (Korn & Graubard, Survey Methodology 24, 1998), fewer by (z / t)² for the
  /// questions that the deviation was seen in.
  ///
  /// It holds where few answers or none are of one kind, where percentiles of samples all lie at 0.
  package init(share: Double, of count: Int, deviation: Double, clusters: Int) {
    let (z, questions) = (normalDeviate(twoSided: 0.05), Double(clusters))
    let widened = max(deviation * (questions / (questions - 1)).squareRoot(), 1e-4)
    let half = 0.5 / Double(count)
    let inside = min(max(share, half), 1 - half)
    let ratio = z / studentDeviate(twoSided: 0.05, degreesOfFreedom: clusters - 1)
    let effective = min(inside * (1 - inside) / (widened * widened), 1e5) * ratio * ratio
    let shrink = 1 + z * z / effective
    let centre = (share + z * z / (2 * effective)) / shrink
    let reach = z / shrink * (share * (1 - share) / effective + z * z / (4 * effective * effective)).squareRoot()
    self.init(low: max(centre - reach, 0), high: min(centre + reach, 1))
  }
}
