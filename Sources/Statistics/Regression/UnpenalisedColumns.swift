internal import Glibc
package import LinearAlgebra

/// Columns that a regression takes without a penalty, a constant among them, as an orthonormal basis of what they span; those
/// that say what others say already add nothing.
package struct UnpenalisedColumns: Sendable {
  /// Orthonormal columns; shape (n, rank).
  package let basis: Matrix
  private let means, scales: [Double]
  private let weights: Matrix

  /// Of `columns`, shape (n, c).
  package init(_ columns: Matrix) throws {
    let (own, means, scales) = columns.standardised()
    (self.means, self.scales) = (means, scales)
    let full = own.withConstant()
    let system = try SymmetricEigensystem(of: full.gramOfColumns())
    let kept = Array(0..<numericalRank(ofEigenvalues: system.values, aboveShare: 1e-10))
    weights = system.vectors.selectingRows(kept).transposed()
      .scalingColumns(by: kept.map { 1 / system.values[$0].squareRoot() })
    basis = try full.times(weights)
  }

  /// The coordinates of other rows of the same columns.
  package func rows(of columns: Matrix) throws -> Matrix {
    try columns.standardised(means: means, scales: scales).withConstant().times(weights)
  }
}

/// 10 to the power of `exponent`.
package func exponential(_ exponent: Double) -> Double { pow(10, exponent) }
