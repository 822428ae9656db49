public import LinearAlgebra
public import Statistics

/// How sure the axis and the first component of a layer are: bootstrap over the roles, and over the responses behind the
/// default where they are known, and what single roles weigh.
public struct AxisUncertainty: Sendable {
  /// A bootstrap mean of the cosine to the direction of the full sample, and its 2.5 percentile.
  public struct Stability: Sendable, Equatable {
    /// The mean over replicates.
    public let mean: Double
    /// The 2.5 percentile.
    public let low: Double
  }

  /// The interval of cos(axis, PC1), on the scale of the angle, of which what is below 0 is cut off. Where in more than 2.5 % of the
  /// samples the first component turns by more than 45°, it reaches as far as the percentiles of the samples, too.
  public let cosine: Interval?
  /// The interval of the variance ratio of the first component, on the logit scale.
  public let varianceRatio: Interval?
  /// How the axis keeps its direction; |cos|.
  public let axisStability: Stability?
  /// How the first component keeps its direction; |cos|.
  public let componentStability: Stability?
  /// The interval of each role's axis position, which noise in the default's mean shrinks toward 0.
  public let positions: [Interval?]
  /// The replicates in which there is a first component.
  public let replicates: Int
  /// What the intervals are about where the error of measuring roles is known: the estimates without it. Nil where they are of the
  /// choice of roles alone, and about the estimates as they are.
  public let measured: MeasuredAxis?
  /// What the interval of the cosine was made of, for those of several layers at once; nil where there is none.
  let draws: CosineDraws?

  /// The statistics of `samples`, over all replicates of a layer in their order.
  ///
  /// - Parameters:
  ///   - cosine: cos(axis, PC1) of all roles.
  ///   - varianceRatio: the variance ratio of the first component of all roles.
  ///   - positions: the axis position of each role; shape (R).
  ///   - measured: the same without the error of measuring roles, if replicates are of measured roles. There is then no interval of a cosine
  ///     that more than a tenth of the replicates leave undefined.
  ///   - origin: what the replicates of measured roles were drawn about; nil if that is `measured`.
  ///   - units: how many independent things were drawn; nil if they are the roles.
  public init(
    _ replicates: [AxisReplicate], cosine: Double, varianceRatio: Double, positions: [Double],
    measured: MeasuredAxis? = nil, origin: MeasuredAxis? = nil, units: Int? = nil
  ) {
    let known = replicates.filter { !$0.varianceRatio.isNaN }
    self.replicates = known.count
    self.measured = measured
    let (cosine, varianceRatio) = (measured?.cosine ?? cosine, measured?.varianceRatio ?? varianceRatio)
    let positions = measured?.positions ?? positions
    let factor = max(
      Interval.widening(forSamplesOf: units ?? positions.count),
      measured.map { Interval.widening(forGaussian: $0.questions) } ?? 1)
    // Where the axis of some samples is no longer than its error, an end may lie among them.
    let isDefined = measured == nil || 10 * replicates.count { $0.cosine.isNaN } <= replicates.count
    let own = Interval(
      normalAbout: cosine, lessBias: 0.5, of: known.map(\.cosine), from: origin?.cosine, on: .angle, widenedBy: factor)
    draws = CosineDraws(
      replicates.map(\.cosine), about: cosine, from: origin?.cosine ?? cosine, widenedBy: factor)
    // Where another component takes the place of the first in some of the samples, each sample's cosine is with one or the other.
    let exchanged = known.count { $0.componentOverlap < 0.5.squareRoot() }
    let drawn = 40 * exchanged > known.count ? Interval(percentilesOf: known.map(\.cosine)) : nil
    // By orientation the cosine is not negative.
    self.cosine = (isDefined ? own : nil).map {
      Interval(low: max(min($0.low, drawn?.low ?? 1), 0), high: max($0.high, drawn?.high ?? 0))
    }
    self.varianceRatio = Interval(
      normalAbout: varianceRatio, lessBias: 0.5, of: known.map(\.varianceRatio), from: origin?.varianceRatio,
      on: .logit,
      widenedBy: factor)
    axisStability = Stability(known.map(\.axisOverlap))
    componentStability = Stability(known.map(\.componentOverlap))
    self.positions = positions.indices.map { role in
      Interval(
        about: positions[role], of: known.map { $0.positions[role] }, from: origin?.positions[role], on: .plain,
        widenedBy: factor)
    }
  }
}

extension AxisUncertainty.Stability {
  fileprivate init?(_ cosines: [Double]) {
    let sorted = cosines.filter { !$0.isNaN }.sorted()
    guard sorted.count >= Interval.leastReplicates else { return nil }
    self.init(mean: sorted.reduce(0, +) / Double(sorted.count), low: quantile(sorted: sorted, 0.025))
  }
}

/// What one bootstrap sample says.
public struct AxisReplicate: Sendable {
  /// |cos(axis, PC1)|; NaN where the sample has no component.
  public let cosine: Double
  /// The variance ratio of the first component.
  public let varianceRatio: Double
  /// cos between the axis and that of the full sample.
  public let axisOverlap: Double
  /// |cos| between the first component and that of the full sample.
  public let componentOverlap: Double
  /// The axis position of each role of the full sample; shape (R).
  public let positions: [Double]

  /// The replicates `range` of `resamples`.
  ///
  /// - Parameters:
  ///   - scores: the roles' coordinates on the first component of all roles.
  ///   - assistants: the resampled default less the default, one a row, for the replicates `range`; shape (b, d). Nil for a
  ///     default of which no responses are known: it stays as it is, and intervals are those of the choice of roles alone.
  /// - Throws: `LinearAlgebraError`.
  public static func replicates(
    _ range: Range<Int>, of resamples: Resamples, _ geometry: RoleGeometry, scores: [Double], assistants: Matrix? = nil
  ) throws -> [AxisReplicate] {
    try replicates(
      Matrix(range.map { resamples.counts($0) }, columns: geometry.count), geometry, scores: scores,
      assistants: assistants)
  }

  /// The same of the samples whose weights are the rows of `weights`; shape (b, R).
  static func replicates(
    _ weights: Matrix, _ geometry: RoleGeometry, scores: [Double], assistants: Matrix? = nil
  ) throws -> [AxisReplicate] {
    let count = geometry.count
    let shifts = try assistants?.times(geometry.centred.transposed())
    let contrasts = (0..<weights.rows).map { row -> ResampledSpaces.Contrast in
      var contrast = ResampledSpaces.Contrast(products: geometry.axisProducts, square: geometry.axisSquare)
      if let assistants, let shifts {
        let shift = Array(assistants.row(row))
        for i in 0..<count { contrast.products[i] += shifts[row, i] }
        contrast.square += 2 * dotProduct(shift, geometry.axis) + dotProduct(shift, shift)
      }
      return contrast
    }
    let spaces = try ResampledSpaces(of: geometry.inner, weights: weights, contrasts: contrasts, scores: scores)
    return spaces.samples.enumerated().map { b, sample in
      // contrast · axis, the axis of the full sample: the mean moves by m, the default by its shift.
      var along =
        geometry.axisSquare - dotProduct(weights.row(b), geometry.axisProducts[...]) / weights.row(b).reduce(0, +)
      if let assistants { along += dotProduct(assistants.row(b), geometry.axis[...]) }
      let square = sample.contrastSquare
      return AxisReplicate(
        cosine: sample.cosine, varianceRatio: sample.varianceRatio,
        axisOverlap: square > 0 ? min(along / (square * geometry.axisSquare).squareRoot(), 1) : .nan,
        componentOverlap: sample.componentOverlap,
        positions: sample.products.map { ($0 - sample.meanProduct) / square })
    }
  }
}
