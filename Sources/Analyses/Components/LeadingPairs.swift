internal import LinearAlgebra

/// The leading eigenpairs of a symmetric matrix that is given in stripes of its rows, by several threads.
struct LeadingPairs {
  /// After so many products the whole matrix is decomposed instead: its leading eigenvalues lie too close together.
  private static let mostProducts = 60

  let values: [Double]
  /// Unit vectors as rows.
  let vectors: Matrix
  /// ‖A v − λ v‖ / λ of each.
  let residuals: [Double]

  /// Of the matrix whose rows `stripes` hold, one stripe after the other.
  ///
  /// - Throws: `LinearAlgebraError` if it is not finite, or does not converge.
  init(of stripes: [Matrix], wanted: Int, start: Matrix, tolerance: Double, threads: Int) async throws {
    var search = try BlockKrylov(wanted: wanted, start: start)
    while !search.isDone(within: tolerance), search.products < Self.mostProducts {
      try search.extend(by: try await Self.products(of: stripes, search.next, threads: threads))
    }
    if search.isDone(within: tolerance) {
      (values, vectors, residuals) = (search.values, search.vectors, search.residuals)
      return
    }
    let order = start.columns
    let whole = Matrix(rows: order, columns: order, elements: stripes.flatMap(\.elements))
    let system = try SymmetricEigensystem(leading: wanted, of: whole)
    (values, vectors) = (system.values, system.vectors)
    let images = try await Self.products(of: stripes, system.vectors, threads: threads)
    residuals = relativeResiduals(system.values, system.vectors, images: images)
  }

  /// The matrix applied to each row of `vectors`.
  private static func products(of stripes: [Matrix], _ vectors: Matrix, threads: Int) async throws -> Matrix {
    let found = try await concurrentMap(stripes, threads: threads) { try vectors.timesTransposed($0) }
    var elements: [Double] = []
    elements.reserveCapacity(vectors.elements.count)
    for row in 0..<vectors.rows { for part in found { elements += part.row(row) } }
    return Matrix(rows: vectors.rows, columns: vectors.columns, elements: elements)
  }
}
