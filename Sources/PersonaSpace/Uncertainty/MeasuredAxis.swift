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
  init(_ geometry: RoleGeometry, _ errors: QuestionErrors, scores: [Double]) throws {
    let own = try RoleProducts(geometry.centred, axis: geometry.axis, needsGram: true)
    guard let corrected = errors.corrected(own, times: 1) else { preconditionFailure("a Gram matrix was asked for") }
    let spaces = try ResampledSpaces(
      of: corrected, weights: Matrix([[Double](repeating: 1, count: geometry.count)], columns: geometry.count),
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
      found += try measured(start..<end, of: resamples, geometry, component: component, errors, draw: draw, about: axis)
      start = end
    }
    return found
  }

  private static func measured(
    _ range: Range<Int>, of resamples: Resamples, _ geometry: RoleGeometry, component: [Double],
    _ errors: QuestionErrors, draw: Int, about whole: MeasuredAxis
  ) throws -> [AxisReplicate] {
    let count = geometry.count
    let (moved, shift) = try errors.errors(draw)
    let roles = Matrix(
      rows: count, columns: geometry.centred.columns,
      elements: zip(geometry.centred.elements, moved.elements).map { $0 + $1 })
    let axis = zip(geometry.axis, shift).map { $0 + $1 }
    let own = try RoleProducts(roles, axis: axis, needsGram: true)
    guard let corrected = errors.corrected(own, times: 2) else { preconditionFailure("a Gram matrix was asked for") }
    let scores = try roles.times(component)
    let weights = Matrix(range.map { resamples.counts($0) }, columns: count)
    func samples(_ products: RoleProducts) throws -> [ResampledSpaces.Sample] {
      let contrast = ResampledSpaces.Contrast(products: products.axisProducts, square: products.axisSquare)
      return try ResampledSpaces(
        of: products, weights: weights, contrasts: range.map { _ in contrast }, scores: scores
      ).samples
    }
    let (plain, freed) = (try samples(own), try samples(corrected))
    // The axis of a sample with that of all: default − mean of the sample, each moved by its error.
    let along = try roles.times(geometry.axis)
    let fromAssistant = dotProduct(axis, geometry.axis)
    return range.indices.map { index -> AxisReplicate in
      let b = index - range.lowerBound
      let product = fromAssistant - dotProduct(weights.row(b), along[...]) / Double(count)
      let square = plain[b].contrastSquare
      return AxisReplicate(
        cosine: freed[b].cosine, varianceRatio: freed[b].varianceRatio,
        axisOverlap: square > 0 ? min(product / (square * geometry.axisSquare).squareRoot(), 1) : .nan,
        componentOverlap: plain[b].componentOverlap, positions: whole.moved(to: freed[b]))
    }
  }
}

extension MeasuredAxis {
  /// The positions of all roles as `sample` moves them, to first order in what it does to the squared length of the axis, which may leave
  /// nothing of it.
  fileprivate func moved(to sample: ResampledSpaces.Sample) -> [Double] {
    positions.indices.map { role in
      let along = sample.products[role] - sample.meanProduct
      return positions[role] + (along - positions[role] * sample.contrastSquare) / axisSquare
    }
  }
}
