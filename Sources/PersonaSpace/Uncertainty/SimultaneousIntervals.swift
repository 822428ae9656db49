public import Statistics

extension AxisUncertainty {
  /// The intervals of cos(axis, PC1) of several layers that hold in all of them at once with 95 %: whichever layer is then chosen, and by
  /// whatever grounds, its interval holds the choice (bootstrap of the largest deviation; Davison & Hinkley, Bootstrap Methods and their
  /// Application, section 4.2.4).
  ///
  /// The samples of `layers` are of the same roles, and of the same questions, in the same order. What is as far out in each layer is one
  /// multiple of its standard deviation on the scale of the angle: the 95th percentile, over samples, of the largest deviation of any layer.
  /// Layers that move together cost little, and layers that are independent the most.
  ///
  /// Nil where a layer has no interval of its own. Each holds that of its own; of a single layer they are the same.
  public static func simultaneous(_ layers: [AxisUncertainty?]) -> [Interval?] {
    let known = layers.compactMap { $0?.cosine == nil ? nil : $0?.draws }
    guard known.count > 1 else { return layers.map { $0?.cosine } }
    let largest = (0..<known[0].differences.count).map { sample in
      known.reduce(0) { most, draws in
        let difference = draws.differences[sample]
        return difference.isNaN ? most : max(most, abs(difference - draws.bias) / draws.deviation)
      }
    }
    let multiple = max(quantile(largest, 0.95), normalDeviate(twoSided: 0.05))
    return layers.map { layer in
      guard let layer, let own = layer.cosine, let draws = layer.draws else { return nil }
      let scale = Interval.Scale.angle
      let (middle, reach) = (draws.centre - draws.bias / 2, draws.factor * multiple * draws.deviation)
      return Interval(
        low: min(own.low, max(scale.inverse(middle - reach), 0)), high: max(own.high, scale.inverse(middle + reach)))
    }
  }

  /// The samples of a cosine on the scale of the angle.
  struct CosineDraws: Sendable {
    /// The estimate.
    let centre: Double
    /// What each sample differs by from what samples are drawn about; NaN where it has no axis or component.
    let differences: [Double]
    /// Their mean and their standard deviation.
    let bias, deviation: Double
    /// What intervals are widened by.
    let factor: Double

    /// Nil of an estimate that is NaN, or of too few samples, or of samples that do not differ.
    init?(_ cosines: [Double], about estimate: Double, from origin: Double, widenedBy factor: Double) {
      guard let drawn = Interval.differences(of: cosines, from: origin, on: .angle), !estimate.isNaN else { return nil }
      let start = Interval.Scale.angle.transform(origin)
      (centre, self.factor) = (Interval.Scale.angle.transform(estimate), factor)
      (bias, deviation) = (mean(of: drawn.differences), standardDeviation(of: drawn.differences))
      differences = cosines.map { $0.isNaN ? .nan : Interval.Scale.angle.transform($0) - start }
      guard deviation > 0 else { return nil }
    }
  }
}
