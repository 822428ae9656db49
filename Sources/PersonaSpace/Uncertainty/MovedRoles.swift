internal import LinearAlgebra

/// Roles and default of a model as one sample of the questions moves them, with their inner products.
struct MovedRoles: Sendable {
  private let geometry: RoleGeometry
  private let roles: Matrix
  private let axis: [Double]
  private let plain, corrected: RoleProducts
  /// The roles' coordinates on the first component of the model; shape (R).
  let scores: [Double]
  /// The inner product of each role with the axis of the model, and that of the axes.
  private let along: [Double]
  private let fromAssistant: Double

  /// `model` as it is measured by sample `draw` of the questions.
  ///
  /// - Throws: `LinearAlgebraError`.
  init(_ model: MeasuredModel, draw: Int) throws {
    let (geometry, errors) = (model.geometry, model.errors)
    let (moved, shift) = try errors.errors(draw)
    roles = Matrix(
      rows: geometry.count, columns: geometry.centred.columns,
      elements: zip(geometry.centred.elements, moved.elements).map { $0 + $1 })
    axis = zip(geometry.axis, shift).map { $0 + $1 }
    plain = try RoleProducts(roles, axis: axis, needsGram: true)
    // What still holds the errors of the estimate holds them twice, with those of the sample.
    guard let corrected = errors.corrected(plain, times: model.isFreed ? 1 : 2) else {
      preconditionFailure("a Gram matrix was asked for")
    }
    self.corrected = corrected
    scores = try roles.times(model.component)
    along = try roles.times(geometry.axis)
    fromAssistant = dotProduct(axis, geometry.axis)
    self.geometry = geometry
  }

  /// The samples of roles whose `weights` are rows, shape (b, R); `scores` are those of the roles on the first component of all that
  /// are drawn from.
  ///
  /// - Throws: `LinearAlgebraError`.
  func replicates(_ weights: Matrix, scores: [Double], about whole: MeasuredAxis) throws -> [AxisReplicate] {
    func samples(_ products: RoleProducts) throws -> [ResampledSpaces.Sample] {
      let contrast = ResampledSpaces.Contrast(products: products.axisProducts, square: products.axisSquare)
      return try ResampledSpaces(
        of: products, weights: weights, contrasts: (0..<weights.rows).map { _ in contrast }, scores: scores
      ).samples
    }
    let (plain, freed) = (try samples(plain), try samples(corrected))
    // The axis of a sample with that of all: default − mean of the sample, each moved by its error.
    return (0..<weights.rows).map { b -> AxisReplicate in
      let product = fromAssistant - dotProduct(weights.row(b), along[...]) / weights.row(b).reduce(0, +)
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
