internal import Glibc
internal import LinearAlgebra
internal import Statistics

/// What cos(axis, PC1) would be of directions that have nothing to do with the Assistant, of four kinds.
public struct AxisNulls: Sendable {
  /// One kind of direction.
  public struct Null: Sendable, Equatable {
    /// What the directions are.
    public let kind: Kind
    /// Their 95 % quantile of |cos| with the first component.
    public let quantile: Double
    /// The probability that such a direction has a |cos| as high as the axis's; of draws as `permutationProbability` has it.
    public let probability: Double
    /// The directions drawn, 0 where the distribution is known in closed form.
    public let draws: Int
  }

  /// A kind of direction.
  public enum Kind: String, Sendable, CaseIterable {
    /// Any direction of the dimensions that are not dropped (closed form). A few thousand dimensions make it easy to beat.
    case randomDirection = "random_direction"
    /// The axis with its coordinates shuffled: as unequal as they are, massive dimensions and all.
    case shuffledAxis = "shuffled_axis"
    /// A direction in the span of the roles, orthogonal to the axis (closed form). None makes less than 45° with PC1 where the
    /// axis does, whatever the data: the null is left out there.
    case roleSpan = "role_span_orthogonal"
    /// The direction toward another role, in the place of the default, against the first component of the rest.
    case otherRole = "other_role"
  }

  /// The nulls, in the order of `Kind`.
  public let nulls: [Null]

  /// The draws of the shuffled axis.
  public static let draws = 999

  /// Of a layer; nil without an axis.
  ///
  /// - Parameters:
  ///   - others: |cos(direction to role j, PC1 of the rest)| for each role j; NaN where there is none.
  public init?(_ space: LayerSpace, _ geometry: RoleGeometry, others: [Double], seed: UInt64, layer: Int) {
    guard let fit = space.assistant, space.components.directions.rows > 0 else { return nil }
    let (dimensions, first) = (space.keptDimensions, Array(space.components.directions.row(0)))
    // A dropped dimension, in which both are 0, is none in which a direction could point.
    let (axis, component) = (dimensions.map { fit.axis.contrast[$0] }, dimensions.map { first[$0] })
    let cosine = fit.componentCosines[0]
    // The components span the roles, so this is the share of the axis's squared length that lies there.
    let known = fit.componentCosines.filter { !$0.isNaN }
    let (rank, spanShare) = (known.count, sumOfSquares(known, about: 0))
    let closed = RandomDirectionNull(dimensions: component.count)
    var generator = SeededGenerator(seed: seed, purpose: .shuffledAxis, index: UInt64(bitPattern: Int64(layer)))
    let norm = euclideanNorm(axis)
    var row = Matrix(rows: 1, columns: axis.count, elements: axis)
    let shuffled = (0..<Self.draws).map { _ -> Double in
      row = row.shufflingEachRow(using: &generator)
      return abs(dotProduct(row.elements, component)) / norm
    }
    var nulls = [
      Null(
        kind: .randomDirection, quantile: closed.quantile(0.95), probability: closed.probability(above: min(cosine, 1)),
        draws: 0),
      Self.drawn(.shuffledAxis, shuffled, cosine),
    ]
    // In the span, PC1 has the part √(1 − c²) beside the axis's own part there, c = cos(axis, PC1) / |own part|; a direction
    // that is random beside the axis meets that part as in rank − 1 dimensions.
    let beside = (max(0, 1 - cosine * cosine / spanShare)).squareRoot()
    // Where no such direction could come as near to PC1 as the axis, it says nothing that the cosine does not.
    if rank >= 2, spanShare > 0, cosine < beside {
      let inner = RandomDirectionNull(dimensions: rank - 1)
      nulls.append(
        Null(
          kind: .roleSpan, quantile: beside * inner.quantile(0.95),
          probability: inner.probability(above: cosine / beside), draws: 0))
    }
    let tried = others.filter { !$0.isNaN }
    if tried.count >= ParallelAnalysis.draws { nulls.append(Self.drawn(.otherRole, tried, cosine)) }
    self.nulls = nulls
  }

  private static func drawn(_ kind: Kind, _ values: [Double], _ cosine: Double) -> Null {
    Null(
      kind: kind, quantile: Statistics.quantile(values, 0.95),
      probability: permutationProbability(asFarOut: values.count { $0 >= cosine }, of: values.count),
      draws: values.count)
  }

  /// |cos| between the direction from the mean of the other roles to role j and their first component, for each role j.
  ///
  /// - Throws: `LinearAlgebraError`.
  public static func otherRoles(_ range: Range<Int>, _ geometry: RoleGeometry, scores: [Double]) throws -> [Double] {
    let count = geometry.count
    var weights = Matrix(
      rows: range.count, columns: count, elements: [Double](repeating: 1, count: range.count * count))
    var units = Matrix(rows: range.count, columns: count, elements: [Double](repeating: 0, count: range.count * count))
    for (row, role) in range.enumerated() { (weights[row, role], units[row, role]) = (0, 1) }
    let products = try geometry.inner.products(ofCombinations: units)
    let contrasts = range.enumerated().map { row, role in
      ResampledSpaces.Contrast(products: Array(products.row(row)), square: geometry.squares[role])
    }
    return try ResampledSpaces(of: geometry.inner, weights: weights, contrasts: contrasts, scores: scores).samples
      .map(\.cosine)
  }

  /// The angle in degrees by which the axis turns when a role is left out, for each role: the jackknife influence of
  /// single roles on the axis (Efron & Tibshirani, An Introduction to the Bootstrap, chapter 11).
  public static func influence(_ geometry: RoleGeometry) -> [Double] {
    (0..<geometry.count).map { role in
      // Without role i, the mean moves by −zᵢ / (R − 1), and the axis to axis + zᵢ / (R − 1). The sine of the angle comes from
      // the part of zᵢ beside the axis: no cosine near 1 is inverted.
      let share = 1 / Double(geometry.count - 1)
      let along = geometry.axisProducts[role] / geometry.axisSquare.squareRoot()
      let across = max(0, geometry.squares[role] - along * along).squareRoot()
      return atan2(share * across, geometry.axisSquare.squareRoot() + share * along) * 180 / .pi
    }
  }
}
