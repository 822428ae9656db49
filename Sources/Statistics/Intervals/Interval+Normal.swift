extension Interval {
  /// The normal bootstrap interval on `scale` (Efron & Tibshirani, An Introduction to the Bootstrap, section 13.3): 1.96 standard
  /// deviations of the replicates to either side of `estimate` less a share of the bias that they show; widened to hold the
  /// estimate, if it does not.
  ///
  /// Half of the bias for cosines with a leading direction, which are both biased and skewed: the bias is itself estimated. All of it for
  /// numbers whose replicates have so long a tail to one side that reflecting it about the estimate cuts the interval short. None
  /// for numbers that depend on how many things there are, which no allowance for bias brings to the population's: it is then an
  /// interval of what as many other things of the same kind would show.
  ///
  /// NaN replicates are left out; nil if fewer than `leastReplicates` remain or the estimate is NaN.
  ///
  /// - Parameters:
  ///   - share: the share of the bias that is taken off, in 0…1.
  ///   - origin: what the replicates scatter about, where they were drawn about another value than the estimate.
  ///   - factor: what it is widened by, such as `widening(forSamplesOf:)`.
  public init?(
    normalAbout estimate: Double, lessBias share: Double, of replicates: [Double], from origin: Double? = nil,
    on scale: Scale, widenedBy factor: Double = 1
  ) {
    guard !estimate.isNaN, let drawn = Self.differences(of: replicates, from: origin ?? estimate, on: scale) else {
      return nil
    }
    let (middle, reach) = (
      scale.transform(estimate) - share * mean(of: drawn.differences),
      factor * normalDeviate(twoSided: 0.05) * standardDeviation(of: drawn.differences)
    )
    self.init(low: min(scale.inverse(middle - reach), estimate), high: max(scale.inverse(middle + reach), estimate))
  }
}
