package import LinearAlgebra

extension Matrix {
  /// The matrix with each column less its mean and divided by its standard deviation (ddof 0), with both; a column that does not
  /// vary becomes 0.
  package func standardised() -> (matrix: Matrix, means: [Double], scales: [Double]) {
    guard rows > 0, columns > 0 else { return (self, [], []) }
    let means = columnMeans()
    let centred = subtractingFromRows(means)
    let scales = centred.inverseDeviations(means: means, divisor: rows)
    return (centred.scalingColumns(by: scales), means, scales)
  }

  /// One over the standard deviation of each column, of a matrix whose columns are centred; 0 for a column that does not vary.
  ///
  /// - Parameters:
  ///   - means: what was taken off the columns: what rounding of it alone can produce is no difference.
  ///   - divisor: of the sum of squares: the number of rows, or one less.
  package func inverseDeviations(means: [Double], divisor: Int) -> [Double] {
    var squares = [Double](repeating: 0, count: columns)
    for i in 0..<rows {
      let row = row(i)
      for j in 0..<columns { squares[j] += row[row.startIndex + j] * row[row.startIndex + j] }
    }
    return squares.indices.map { j in
      let deviation = (squares[j] / Double(divisor)).squareRoot()
      return deviation > 8 * Double.ulpOfOne * abs(means[j]) ? 1 / deviation : 0
    }
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
