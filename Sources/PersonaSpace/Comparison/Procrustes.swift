public import LinearAlgebra

/// The rotation (with or without a reflection) of one set of points that brings it closest to another: orthogonal Procrustes
/// analysis (Schönemann, Psychometrika 31, 1966).
///
/// Q = U Vᵀ from the singular value decomposition AᵀB = U Σ Vᵀ. Where the points span fewer dimensions than there are, it is found
/// among these: with A = Y Dᵀ, Y the coordinates in an orthonormal basis D of the span, AᵀB = D (YᵀZ) Eᵀ has the singular
/// values of the small YᵀZ, and the rest of Q, which moves no point, need not be written down.
public struct Procrustes: Sendable {
  /// Σ σₖ / (|A| |B|): the cosine between A Q and B; in 0…1.
  public let cosine: Double
  /// |A Q − B| / |B| (Frobenius norms).
  public let residual: Double
  /// |A − B| / |B|: without a rotation.
  public let identityResidual: Double

  /// Of points that correspond row by row, about their means.
  ///
  /// - Parameters:
  ///   - a, b: the points; shape (n, d).
  ///   - coordinatesA, coordinatesB: the same in an orthonormal basis of the span of each; shape (n, rank).
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(n d + n r² + r³) for spans of r dimensions.
  public init(_ a: Matrix, _ b: Matrix, coordinatesA: Matrix, coordinatesB: Matrix) throws {
    precondition(a.rows == b.rows && a.columns == b.columns, "points that do not correspond")
    let cross = try coordinatesA.transposed().times(coordinatesB)
    let decomposition = try SingularValueDecomposition(of: cross)
    let (sizeA, sizeB) = (euclideanNorm(a.elements), euclideanNorm(b.elements))
    // In the basis of the singular vectors both sets have σ-many coordinates, and A Q − B is the plain difference: nothing
    // cancels as in |A|² + |B|² − 2 Σ σ. What either has beside these coordinates meets nothing of the other.
    let turnedA = try coordinatesA.times(decomposition.left)
    let turnedB = try coordinatesB.times(decomposition.right.transposed())
    let besideA = try Self.rest(coordinatesA, turnedA, decomposition.left.transposed())
    let besideB = try Self.rest(coordinatesB, turnedB, decomposition.right)
    let difference = euclideanNorm(LinearAlgebra.difference(turnedA.elements, turnedB.elements))
    residual = (difference * difference + besideA * besideA + besideB * besideB).squareRoot() / sizeB
    identityResidual = euclideanNorm(LinearAlgebra.difference(a.elements, b.elements)) / sizeB
    cosine = min(decomposition.values.reduce(0, +) / (sizeA * sizeB), 1)
    // The identity is one of the rotations that were tried; a transposed Q would fail here. Directions of hardly any variance are
    // known to some 1e-7 of the largest.
    precondition(residual <= identityResidual + 1e-6 * (1 + sizeA / sizeB), "the best rotation is worse than none")
  }

  /// The size of what the points have beside the span of `basis`, whose rows are orthonormal.
  private static func rest(_ points: Matrix, _ turned: Matrix, _ basis: Matrix) throws -> Double {
    if basis.rows == basis.columns { return 0 }
    return euclideanNorm(LinearAlgebra.difference(points.elements, try turned.times(basis).elements))
  }
}

/// The sum of the singular values of `cross`, shape (r, s): the sum of the square roots of the eigenvalues of the smaller of its two
/// squares. Of points that correspond, with coordinates Y and Z in orthonormal bases of their spans, YᵀZ has the singular values of AᵀB.
/// Eigenvalues that rounding alone can produce count as 0, so that it is known to about 1e-6; for samples and draws.
///
/// - Throws: `LinearAlgebraError`.
/// - Complexity: O(r s min(r, s)).
func sumOfSingularValues(of cross: Matrix) throws -> Double {
  let square = try cross.rows <= cross.columns ? cross.gramOfRows() : cross.gramOfColumns()
  let values = try square.symmetricEigenvalues()
  let rank = numericalRank(ofEigenvalues: values, order: values.count)
  return values.prefix(rank).reduce(0) { $0 + $1.squareRoot() }
}
