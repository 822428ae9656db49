package import LinearAlgebra

/// The least-squares effects of rows and columns where y = row + column + noise, of cells with any numbers of observations, each of the
/// same weight (Searle, Linear Models for Unbalanced Data, chapter 4).
///
/// The effects of rows are eliminated: with n_ij observations in a cell, nᵢ in a row and n_j in a column, those of columns solve
/// (diag n_j − Σᵢ nᵢⱼ nᵢₖ / nᵢ) β = Σᵢ n_ij (mean of the cell − mean of row i).
package struct TwoWayLayout: Sendable {
  /// The observations of each cell; shape (rows, columns).
  package let counts: Matrix
  private let rowTotals: [Double]
  private let columnTotals: [Double]

  /// Of `counts`, shape (rows, columns), none negative, each row and column with an observation; the first row has one in every column,
  /// which ties all columns together.
  package init(counts: Matrix) {
    self.counts = counts
    rowTotals = (0..<counts.rows).map { counts.row($0).reduce(0, +) }
    columnTotals = counts.transposed().rowSums
    precondition((0..<counts.columns).allSatisfy { counts[0, $0] > 0 }, "the first row ties all columns together")
  }

  /// Whether every row has its observations spread over the columns as the first has.
  package var isProportional: Bool {
    (0..<counts.rows).allSatisfy { row in
      (0..<counts.columns).allSatisfy { counts[row, $0] * rowTotals[0] == counts[0, $0] * rowTotals[row] }
    }
  }

  /// The effects of the columns, whose mean over the observations of the first row is 0; shape (columns, d).
  ///
  /// - Parameter sums: Σᵢ n_ij (mean of the cell − mean of row i); shape (columns, d).
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(columns³ + columns² d).
  package func columnEffects(_ sums: Matrix) throws -> Matrix {
    let effects = try Self.pseudoinverse(reduced(counts, rowTotals, columnTotals)).times(sums)
    let shares = Matrix(rows: 1, columns: counts.columns, elements: counts.row(0).map { $0 / rowTotals[0] })
    return effects.subtractingFromRows(try shares.times(effects).elements)
  }

  /// What the effects of columns add to the mean of row `row`, shape (d), for `effects`, shape (columns, d).
  package func share(ofRow row: Int, in effects: Matrix) throws -> [Double] {
    try Matrix(rows: 1, columns: counts.columns, elements: counts.row(row).map { $0 / rowTotals[row] }).times(effects)
      .elements
  }

  /// How far the effects of all rows move, up to one constant, as the means of rows do with the effects of columns as they are;
  /// shape (rows, rows). Columns are estimated from the rows, so that what moves one moves all a little.
  package func coupling() throws -> Matrix {
    var coupling = try Self.pseudoinverse(reduced(counts.transposed(), columnTotals, rowTotals))
    for i in 0..<coupling.rows {
      for j in 0..<coupling.columns { coupling[i, j] *= rowTotals[j] }
    }
    return coupling
  }

  /// diag(own) − Σ n nᵀ / n_i over the rows n of `counts`.
  private func reduced(_ counts: Matrix, _ eliminated: [Double], _ own: [Double]) throws -> Matrix {
    var scaled = counts
    for row in 0..<counts.rows { scaled.scaleRow(row, by: 1 / eliminated[row].squareRoot()) }
    let overlap = try scaled.gramOfColumns()
    var system = Matrix(rows: own.count, columns: own.count, elements: overlap.elements.map { -$0 })
    for k in own.indices { system[k, k] += own[k] }
    return system
  }

  /// The inverse of a positive semi-definite matrix whose null space are constants.
  private static func pseudoinverse(_ matrix: Matrix) throws -> Matrix {
    let system = try SymmetricEigensystem(of: matrix)
    var roots = system.vectors
    for k in 0..<matrix.rows {
      roots.scaleRow(k, by: k < matrix.rows - 1 && system.values[k] > 0 ? 1 / system.values[k].squareRoot() : 0)
    }
    return try roots.gramOfColumns()
  }
}

extension Matrix {
  /// The sum of each row.
  fileprivate var rowSums: [Double] { (0..<rows).map { row($0).reduce(0, +) } }
}
