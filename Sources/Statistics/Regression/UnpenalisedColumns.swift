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

extension Matrix {
  /// The matrix with each column less its mean and divided by its standard deviation (ddof 0), with both; a column that does not
  /// vary becomes 0.
  package func standardised() -> (matrix: Matrix, means: [Double], scales: [Double]) {
    guard rows > 0, columns > 0 else { return (self, [], []) }
    let means = columnMeans()
    let centred = subtractingFromRows(means)
    var squares = [Double](repeating: 0, count: columns)
    for i in 0..<rows {
      let row = centred.row(i)
      for j in 0..<columns { squares[j] += row[row.startIndex + j] * row[row.startIndex + j] }
    }
    let scales = squares.indices.map { j in
      let deviation = (squares[j] / Double(rows)).squareRoot()
      // What rounding alone can produce is no difference.
      return deviation > 8 * Double.ulpOfOne * abs(means[j]) ? 1 / deviation : 0
    }
    return (centred.scalingColumns(by: scales), means, scales)
  }

  /// The same with means and factors that are known.
  package func standardised(means: [Double], scales: [Double]) -> Matrix {
    columns == 0 ? self : subtractingFromRows(means).scalingColumns(by: scales)
  }

  /// The matrix with a first column of ones.
  package func withConstant() -> Matrix {
    var elements: [Double] = []
    elements.reserveCapacity(rows * (columns + 1))
    for i in 0..<rows {
      elements.append(1)
      elements += row(i)
    }
    return Matrix(rows: rows, columns: columns + 1, elements: elements)
  }

  /// The elementwise difference.
  package func subtracting(_ other: Matrix) -> Matrix {
    var result = elements
    accumulate(other.elements, count: result.count, times: -1, into: &result)
    return Matrix(rows: rows, columns: columns, elements: result)
  }

  /// The elementwise sum.
  package func adding(_ other: Matrix) -> Matrix {
    var result = elements
    accumulate(other.elements, count: result.count, into: &result)
    return Matrix(rows: rows, columns: columns, elements: result)
  }
}
