public import LinearAlgebra
internal import Statistics

/// The inner products among role vectors and the default Assistant of one layer, from which every resampled axis and first
/// component can be had without going back to the vectors.
///
/// All are of differences from the mean role, so that what the vectors share has cancelled before it is squared.
public struct RoleGeometry: Sendable {
  /// The role vectors less their mean; shape (R, d).
  public let centred: Matrix
  /// The axis, default − mean role; shape (d).
  let axis: [Double]
  /// The inner products of both.
  let inner: RoleProducts

  /// Those of the centred roles; shape (R, R). Nil where there are so many more roles than dimensions that it is not made.
  var gram: Matrix? { inner.gram }
  /// The squared lengths of the centred roles; shape (R).
  var squares: [Double] { inner.squares }
  /// The inner product of each centred role with the axis; shape (R).
  var axisProducts: [Double] { inner.axisProducts }
  /// The squared length of the axis.
  var axisSquare: Double { inner.axisSquare }
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
    inner = try RoleProducts(centred, axis: axis, needsGram: needsGram)
  }
}
