internal import LinearAlgebra
internal import Statistics

/// The roles outside a group, and what samples of them start from.
struct RolesWithoutGroup: Sendable {
  /// What they come to.
  let axis: GroupInfluence.Without
  /// 1 for those that are left, and 0; shape (R).
  private let weights: [Double]
  private let kept: [Int]
  /// The coordinates of all roles, about the mean of all, on the first component of those that are left; shape (R). Nil where there is
  /// none. Of the model that is drawn from, where errors are known.
  private let scores: [Double]?
  private let resamples: Resamples
  /// What the axis and its first component are without the error of measuring roles; nil where that is not known.
  private let measured: MeasuredAxis?
  /// The same of the model about which measurements are drawn.
  private let origin: MeasuredAxis?

  /// The samples that are drawn, if so many are drawn of all roles.
  static let samples = 200
  /// The samples that are drawn.
  var count: Int { resamples.count }

  /// Without the group at `place`, of inner products that are about the mean of all roles.
  ///
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(R³), with errors O(R² d + R³).
  init(
    _ place: Int, of groups: RoleGroups, _ geometry: RoleGeometry, _ products: RoleProducts, _ model: MeasuredModel?,
    replicates: Int, seed: UInt64
  ) throws {
    let kept = groups.members.indices.filter { groups.members[$0] != place }
    let weights = groups.members.map { $0 == place ? 0.0 : 1 }
    (self.weights, self.kept) = (weights, kept)
    let fit = try Self.fit(kept, products)
    let own = try model.map { try Self.fit(kept, $0.geometry.inner) } ?? fit
    scores = own?.scores
    let rows = groups.rows(place)
    axis = GroupInfluence.Without(
      name: groups.names[place], roles: rows.count, left: kept.count,
      meanPosition: rows.reduce(0) { $0 + products.axisProducts[$1] } / Double(rows.count) / products.axisSquare,
      cosine: fit?.cosine ?? .nan, interval: nil, relative: fit?.relative ?? .nan)
    let count = kept.count < LayerUncertainty.leastRoles || own == nil ? 0 : min(replicates, Self.samples)
    resamples = Resamples(of: max(kept.count, 1), count: count, seed: seed, purpose: .roles)
    measured = try model.flatMap { model in
      try fit.map { try MeasuredAxis(geometry, model.errors, scores: $0.scores, weights: weights) }
    }
    origin = try model.flatMap { model in
      try own.map { try MeasuredAxis(model, scores: $0.scores, weights: weights) }
    }
  }

  /// Of the roles `kept`: |cos| of axis and first component, the place of the default on that, and the scores of all roles; nil where
  /// there is none.
  private static func fit(
    _ kept: [Int], _ products: RoleProducts
  ) throws -> (cosine: Double, relative: Double, scores: [Double])? {
    guard let gram = products.gram else { preconditionFailure("inner products were asked for") }
    guard kept.count >= 3 else { return nil }
    let (count, size) = (Double(kept.count), kept.count)
    // With m the mean of those that are left: m · zᵢ, m · axis, |m|², and |axis − m|².
    let own = (0..<products.count).map { i in kept.reduce(0) { $0 + gram[i, $1] } / count }
    let along = kept.reduce(0) { $0 + products.axisProducts[$1] } / count
    let meanSquare = kept.reduce(0) { $0 + own[$1] } / count
    let square = products.axisSquare - 2 * along + meanSquare
    var kernel = Matrix(rows: size, columns: size, elements: [Double](repeating: 0, count: size * size))
    var trace = 0.0
    for p in 0..<size {
      for q in 0..<size { kernel[p, q] = gram[kept[p], kept[q]] - own[kept[p]] - own[kept[q]] + meanSquare }
      trace += kernel[p, p]
    }
    let system = try SymmetricEigensystem(leading: 1, of: kernel)
    guard square > 0, let value = system.values.first, value > eigenvalueFloor(largest: trace, order: size) else {
      return nil
    }
    let (vector, length) = (Array(system.vectors.row(0)), value.squareRoot())
    var score = 0.0
    for p in 0..<size { score += vector[p] * (products.axisProducts[kept[p]] - own[kept[p]]) / length }
    // The weights of the vector add up to 0, so that parts that all roles share have gone.
    let sign = score < 0 ? -1.0 : 1.0
    let scores = (0..<products.count).map { i in
      var sum = 0.0
      for p in 0..<size { sum += vector[p] * gram[i, kept[p]] }
      return sign * sum / length
    }
    let centred = vector.map { sign * length * $0 }
    return (
      min(abs(score) / square.squareRoot(), 1), DefaultExtremity(roles: centred, assistant: abs(score)).relative, scores
    )
  }

  /// The samples `range` of the roles that are left, of as many as are drawn.
  ///
  /// - Throws: `LinearAlgebraError`.
  func replicates(
    _ range: Range<Int>, _ geometry: RoleGeometry, assistants: ResampledAssistant?
  ) throws -> [AxisReplicate] {
    let range = range.clamped(to: 0..<resamples.count)
    guard let scores, !range.isEmpty else { return [] }
    return try AxisReplicate.replicates(
      drawn(range), geometry, scores: scores, assistants: try assistants?.shifts(range))
  }

  /// The same where roles are measured, with their errors in sample `draw` of the questions.
  ///
  /// - Throws: `LinearAlgebraError`.
  func replicates(_ range: Range<Int>, _ moved: MovedRoles) throws -> [AxisReplicate] {
    let range = range.clamped(to: 0..<resamples.count)
    guard let scores, let origin, !range.isEmpty else { return [] }
    return try moved.replicates(drawn(range), scores: scores, about: origin)
  }

  private func drawn(_ range: Range<Int>) -> Matrix {
    Matrix(
      range.map { index in
        var counts = weights.map { _ in 0.0 }
        for (place, count) in resamples.counts(index).enumerated() { counts[kept[place]] = count }
        return counts
      }, columns: weights.count)
  }

  /// What they come to, with the interval that `replicates` give.
  func with(_ replicates: [AxisReplicate]) -> GroupInfluence.Without {
    var found = axis
    guard !replicates.isEmpty else { return found }
    found.interval =
      AxisUncertainty(
        replicates, cosine: axis.cosine, varianceRatio: .nan, positions: [], measured: measured, origin: origin,
        units: kept.count
      ).cosine
    return found
  }
}
