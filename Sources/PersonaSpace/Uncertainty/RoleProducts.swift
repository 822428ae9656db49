internal import LinearAlgebra

/// The inner products of role vectors, and of the vector toward the point that stands for the Assistant, all taken from one fixed
/// point: what axis and first component of any weighted sample of the roles follow from.
struct RoleProducts: Sendable {
  /// Those of the roles with one another; shape (R, R). Nil where they are taken with the vectors themselves.
  let gram: Matrix?
  /// The vectors, and the same transposed, where there is no `gram`.
  private let vectors: (rows: Matrix, columns: Matrix)?
  /// The squared lengths of the roles; shape (R).
  let squares: [Double]
  /// The inner product of each role with the vector toward the Assistant; shape (R).
  let axisProducts: [Double]
  /// The squared length of that.
  let axisSquare: Double

  /// The number of roles.
  var count: Int { squares.count }

  /// Of products that are known.
  init(gram: Matrix, axisProducts: [Double], axisSquare: Double) {
    (self.gram, vectors, squares) = (gram, nil, (0..<gram.rows).map { gram[$0, $0] })
    (self.axisProducts, self.axisSquare) = (axisProducts, axisSquare)
  }

  /// Of `rows`, shape (R, d), and the vector toward the Assistant, shape (d).
  ///
  /// - Parameter needsGram: whether there is to be a `gram` even where there are so many more roles than dimensions that two products
  ///   with the vectors are less work than one with it.
  init(_ rows: Matrix, axis: [Double], needsGram: Bool) throws {
    (axisProducts, axisSquare) = (try rows.times(axis), dotProduct(axis, axis))
    if needsGram || rows.rows <= 2 * rows.columns {
      let gram = try rows.gramOfRows()
      (self.gram, vectors, squares) = (gram, nil, (0..<rows.rows).map { gram[$0, $0] })
    } else {
      (gram, vectors) = (nil, (rows, rows.transposed()))
      squares = (0..<rows.rows).map { dotProduct(rows.row($0), rows.row($0)) }
    }
  }

  /// The inner products of the combinations whose weights are the rows of `weights`, shape (b, R), with every role;
  /// shape (b, R).
  func products(ofCombinations weights: Matrix) throws -> Matrix {
    if let gram { return try weights.times(gram) }
    guard let vectors else { preconditionFailure("products of nothing") }
    return try weights.times(vectors.rows).times(vectors.columns)
  }
}
