internal import LinearAlgebra

/// The span of centred role vectors, with coordinates on an orthonormal basis of it.
struct RoleSpan {
  /// The number of dimensions of the span.
  let rank: Int
  private let geometry: RoleGeometry
  /// The eigenvectors of the Gram matrix with their values; nil where the roles span all dimensions there can be.
  private let system: SymmetricEigensystem?

  /// - Throws: `LinearAlgebraError`.
  init(_ geometry: RoleGeometry) throws {
    self.geometry = geometry
    let system = try geometry.gram.map { try SymmetricEigensystem(of: $0) }
    self.system = system
    guard let system else {
      rank = geometry.centred.columns
      return
    }
    rank = numericalRank(
      ofEigenvalues: system.values, order: system.values.count,
      atMost: min(geometry.count - 1, geometry.centred.columns))
  }

  /// The coordinates of the part of `vector`, shape (d), that lies in the span.
  func coordinates(of vector: [Double]) throws -> [Double] {
    guard let system else { return vector }
    let own = try system.vectors.times(geometry.centred.times(vector))
    return (0..<rank).map { own[$0] / system.values[$0].squareRoot() }
  }
}
