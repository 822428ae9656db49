import Foundation
import LinearAlgebra
import Testing

@Suite struct SymmetricEigensystemTests {
  /// The second-difference matrix of order n has the eigenvalues 2 − 2 cos(π k / (n + 1)).
  @Test func eigenvaluesOfTheSecondDifferenceMatrix() throws {
    let n = 40
    var matrix = Matrix(rows: n, columns: n, elements: [Double](repeating: 0, count: n * n))
    for i in 0..<n {
      matrix[i, i] = 2
      if i > 0 { (matrix[i, i - 1], matrix[i - 1, i]) = (-1, -1) }
    }
    let system = try SymmetricEigensystem(of: matrix)
    for k in 1...n {
      let truth = 2 - 2 * cos(.pi * Double(n + 1 - k) / Double(n + 1))
      #expect(abs(system.values[k - 1] - truth) < 1e-13)
    }
    // A v = λ v, and the vectors are orthonormal.
    for k in 0..<n {
      let vector = Array(system.vectors.row(k))
      let residual = difference(try matrix.times(vector), vector.map { $0 * system.values[k] })
      #expect(euclideanNorm(residual) < 1e-13)
    }
    let overlaps = try system.vectors.gramOfRows()
    for i in 0..<n { for j in 0..<n { #expect(abs(overlaps[i, j] - (i == j ? 1 : 0)) < 1e-13) } }
  }

  @Test func equalEigenvaluesGiveAnOrthonormalBasis() throws {
    let identity = Matrix([[1, 0, 0], [0, 1, 0], [0, 0, 1]], columns: 3)
    let system = try SymmetricEigensystem(of: identity)
    #expect(system.values == [1, 1, 1])
    #expect(try system.vectors.gramOfRows() == identity)
  }

  @Test func refusesWhatIsNotFinite() {
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 1)) {
      try SymmetricEigensystem(of: Matrix([[1, .nan], [.nan, 1]], columns: 2))
    }
  }
}
