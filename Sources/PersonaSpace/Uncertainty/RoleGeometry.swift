public import LinearAlgebra
internal import Statistics

/// The inner products among role vectors and the default Assistant of one layer, from which every resampled axis and first
/// component can be had without going back to the vectors.
///
/// All are of differences from the mean role, so that what the vectors share has cancelled before it is squared.
public struct RoleGeometry: Sendable {
  /// The role vectors less their mean; shape (R, d).
  public let centred: Matrix
  /// Their inner products; shape (R, R). Nil where there are so many more roles than dimensions that two products with the
  /// vectors are less work than one with this.
  let gram: Matrix?
  /// `centred` transposed, where there is no `gram`.
  let transposed: Matrix?
  /// The squared lengths of the centred roles; shape (R).
  let squares: [Double]
  /// The inner product of each centred role with the axis; shape (R).
  let axisProducts: [Double]
  /// The axis, default − mean role; shape (d).
  let axis: [Double]
  /// The squared length of the axis.
  let axisSquare: Double

  /// The number of roles.
  public var count: Int { centred.rows }

  /// Of role vectors, shape (R, d), their mean, and the default Assistant's vector, shape (d); without one the axis is 0.
  ///
  /// - Parameter needsGram: whether all inner products are wanted as a matrix, however many roles there are.
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  /// - Complexity: O(R² d).
  public init(roles: Matrix, mean: [Double], assistant: [Double]?, needsGram: Bool = false) throws {
    centred = roles.subtractingFromRows(mean)
    axis = assistant.map { difference($0, mean) } ?? [Double](repeating: 0, count: mean.count)
    axisProducts = try centred.times(axis)
    axisSquare = dotProduct(axis, axis)
    if needsGram || roles.rows <= 2 * roles.columns {
      let gram = try centred.gramOfRows()
      squares = (0..<roles.rows).map { gram[$0, $0] }
      (self.gram, transposed) = (gram, nil)
    } else {
      let rows = centred
      squares = (0..<roles.rows).map { dotProduct(rows.row($0), rows.row($0)) }
      (gram, transposed) = (nil, rows.transposed())
    }
  }

  /// The inner products of the combinations whose weights are the rows of `weights`, shape (b, R), with every role;
  /// shape (b, R).
  func products(ofCombinations weights: Matrix) throws -> Matrix {
    if let gram { return try weights.times(gram) }
    return try weights.times(centred).times(transposed ?? centred.transposed())
  }
}
