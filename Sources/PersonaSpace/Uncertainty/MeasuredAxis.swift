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
    try self.init(corrected, errors, scores: scores, weights: weights)
  }

  /// Of `model` itself, about which measurements are drawn.
  init(_ model: MeasuredModel, scores: [Double], weights: [Double]? = nil) throws {
    if model.isFreed {
      try self.init(model.geometry.inner, model.errors, scores: scores, weights: weights)
    } else {
      try self.init(model.geometry, model.errors, scores: scores, weights: weights)
    }
  }

  private init(_ products: RoleProducts, _ errors: QuestionErrors, scores: [Double], weights: [Double]?) throws {
    let spaces = try ResampledSpaces(
      of: products,
      weights: Matrix([weights ?? [Double](repeating: 1, count: products.count)], columns: products.count),
      contrasts: [.init(products: products.axisProducts, square: products.axisSquare)], scores: scores)
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
  /// The replicates `range` of `resamples` of the roles of `model`: roles are drawn, and with every few samples of them the questions that
  /// all are measured by. Cosine, ratio and positions are less what errors add to inner products; overlaps, which estimate no truth, are
  /// of the directions with their errors.
  ///
  /// Roles are drawn from the model without its errors: drawn from what was measured, errors would come in twice, and their products with
  /// each other thrice.
  ///
  /// - Throws: `LinearAlgebraError`.
  static func replicates(
    _ range: Range<Int>, of resamples: Resamples, _ model: MeasuredModel, about axis: MeasuredAxis
  ) throws -> [AxisReplicate] {
    var found: [AxisReplicate] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let draw = start / QuestionErrors.rolesPerDraw
      let end = min((draw + 1) * QuestionErrors.rolesPerDraw, range.upperBound)
      let weights = Matrix((start..<end).map { resamples.counts($0) }, columns: model.geometry.count)
      let moved = try MovedRoles(model, draw: draw)
      found += try moved.replicates(weights, scores: moved.scores, about: axis)
      start = end
    }
    return found
  }
}
