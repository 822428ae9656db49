import Foundation
import LinearAlgebra
import Testing

@Suite struct LeadingEigenpairsTests {
  /// Diagonal operators, all different, of which the answer is plain; one has its two largest eigenvalues close together.
  @Test func theLargestOfManyDiagonals() throws {
    let order = 60
    let diagonals = (0..<7).map { k -> [Double] in
      var diagonal = (0..<order).map { 1 + 1 / Double($0 + 1) }
      diagonal[30] = k == 6 ? 9.99 : 4
      diagonal[k] = 10
      return diagonal
    }
    let starts = Matrix(
      rows: 7, columns: order, elements: (0..<7 * order).map { sin(1 + Double($0)) })
    let pairs = try LeadingEigenpairs(starts: starts) { vectors, operators in
      var products = vectors
      for (row, k) in operators.enumerated() { for j in 0..<order { products[row, j] *= diagonals[k][j] } }
      return products
    }
    for k in 0..<7 {
      #expect(abs(pairs.values[k] - 10) < 1e-12)
      for j in 0..<order { #expect(abs(abs(pairs.vectors[k, j]) - (j == k ? 1 : 0)) < 1e-6) }
    }
  }

  /// The second-difference matrix of order n has the largest eigenvalue 2 + 2 cos(π / (n + 1)), close to the next.
  @Test func closeEigenvalues() throws {
    let n = 150
    let pairs = try LeadingEigenpairs(
      starts: Matrix(rows: 1, columns: n, elements: (0..<n).map { cos(Double($0 * $0)) })
    ) {
      vectors, _ in
      var products = vectors
      for j in 0..<n {
        products[0, j] =
          2 * vectors[0, j] - (j > 0 ? vectors[0, j - 1] : 0) - (j < n - 1 ? vectors[0, j + 1] : 0)
      }
      return products
    }
    #expect(abs(pairs.values[0] - (2 + 2 * cos(.pi / Double(n + 1)))) < 1e-12)
    let norm = (2 / Double(n + 1)).squareRoot()
    for j in 0..<n {
      let truth = norm * sin(.pi * Double(n * (j + 1)) / Double(n + 1))
      #expect(abs(abs(pairs.vectors[0, j]) - abs(truth)) < 1e-6)
    }
  }

  @Test func operatorsOfLowRankAndNone() throws {
    // Rank one, zero, and one that gives NaN.
    let pairs = try LeadingEigenpairs(starts: Matrix([[1, 1, 0], [1, 0, 0], [0, 1, 0]], columns: 3)) {
      vectors, operators in
      Matrix(
        operators.enumerated().map { row, k in
          k == 0 ? [0, 5 * vectors[row, 1], 0] : k == 1 ? [0, 0, 0] : [.nan, 0, 0]
        }, columns: 3)
    }
    #expect(abs(pairs.values[0] - 5) < 1e-14 && abs(abs(pairs.vectors[0, 1]) - 1) < 1e-14)
    #expect(pairs.values[1] == 0 && pairs.values[2].isNaN)
  }

  @Test func eigenvaluesAlone() throws {
    let matrix = Matrix([[2, -1, 0], [-1, 2, -1], [0, -1, 2]], columns: 3)
    let root = 2.0.squareRoot()
    for (value, truth) in zip(try matrix.symmetricEigenvalues(), [2 + root, 2, 2 - root]) {
      #expect(abs(value - truth) < 1e-14)
    }
  }
}
