internal import LinearAlgebra
internal import Statistics

/// What the axis and the first component of measured roles would be without the error of measuring them.
///
/// Errors lengthen every vector and so make every cosine and position smaller. Inner products are biased by the covariances of
/// the errors exactly, and are used less these.
public struct MeasuredAxis: Sendable {
  /// cos(axis, PC1); NaN where the axis or the component is not longer than the error makes it.
  public let cosine: Double
  /// The variance ratio of the first component.
  public let varianceRatio: Double
  /// The axis position of each role; shape (R). NaN where the axis is not longer than the error makes it.
  public let positions: [Double]
  /// The squared length of the axis; not positive where it is not longer than that.
  let axisSquare: Double
  /// The clusters of questions that were resampled.
  public let questions: Int
  /// The roles of whose own error nothing is known, as they have answers to one question, or one cluster of questions, alone.
  public let unknown: Int

  /// Of `geometry` measured with `errors`; `scores` are the roles' coordinates on the first component.
  ///
  /// - Parameter weights: 1 for roles that are taken, 0 for those left out; nil for all.
  init(_ geometry: RoleGeometry, _ errors: QuestionErrors, scores: [Double], weights: [Double]? = nil) throws {
    let own = try RoleProducts(geometry.centred, axis: geometry.axis, needsGram: true)
    guard let corrected = errors.corrected(own, times: 1) else { preconditionFailure("a Gram matrix was asked for") }
    let spaces = try ResampledSpaces(
      of: corrected,
      weights: Matrix([weights ?? [Double](repeating: 1, count: geometry.count)], columns: geometry.count),
      contrasts: [.init(products: corrected.axisProducts, square: corrected.axisSquare)], scores: scores)
    let sample = spaces.samples[0]
    (cosine, varianceRatio) = (sample.cosine, sample.varianceRatio)
    axisSquare = sample.contrastSquare
    positions = sample.products.map {
      sample.contrastSquare > 0 ? ($0 - sample.meanProduct) / sample.contrastSquare : .nan
    }
    (questions, unknown) = (errors.count, errors.unknown)
  }
}

extension AxisReplicate {
  /// The replicates `range` of `resamples` of measured roles: roles are drawn, and with every few samples of them the questions that all
  /// were measured by. Cosine, ratio and positions are less what the errors of the estimate and of the sample add to inner products;
  /// overlaps, which estimate no truth, are as they are.
  ///
  /// - Throws: `LinearAlgebraError`.
  static func replicates(
    _ range: Range<Int>, of resamples: Resamples, _ geometry: RoleGeometry, component: [Double], errors: QuestionErrors,
    about axis: MeasuredAxis
  ) throws -> [AxisReplicate] {
    var found: [AxisReplicate] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let draw = start / QuestionErrors.rolesPerDraw
      let end = min((draw + 1) * QuestionErrors.rolesPerDraw, range.upperBound)
      let weights = Matrix((start..<end).map { resamples.counts($0) }, columns: geometry.count)
      let moved = try MovedRoles(geometry, errors, draw: draw)
      found += try moved.replicates(weights, scores: try moved.scores(component), about: axis)
      start = end
    }
    return found
  }
}
