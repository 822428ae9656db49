import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite struct SingularValueDecompositionTests {
  /// Numbers without a pattern.
  private func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { sin(1 + Double($0 * $0)) })
  }

  /// The product of what it gives is the matrix, its vectors are orthonormal, its values descend.
  @Test(arguments: [(7, 3), (3, 7), (5, 5), (1, 4), (4, 1)]) func theProductIsTheMatrix(rows: Int, columns: Int) throws
  {
    let matrix = self.matrix(rows, columns)
    let result = try SingularValueDecomposition(of: matrix)
    let count = min(rows, columns)
    #expect(result.values.count == count && result.left.columns == count && result.right.rows == count)
    #expect(
      zip(result.values, result.values.dropFirst()).allSatisfy { $0 >= $1 } && result.values.allSatisfy { $0 >= 0 })
    for i in 0..<rows {
      for j in 0..<columns {
        let sum = (0..<count).reduce(0.0) { $0 + result.left[i, $1] * result.values[$1] * result.right[$1, j] }
        #expect(abs(sum - matrix[i, j]) < 1e-14 * Double(rows + columns))
      }
    }
    let (own, other) = (try result.left.gramOfColumns(), try result.right.gramOfRows())
    for i in 0..<count {
      for j in 0..<count {
        let wanted = i == j ? 1.0 : 0
        #expect(abs(own[i, j] - wanted) < 1e-14 && abs(other[i, j] - wanted) < 1e-14)
      }
    }
  }

  /// Singular values by hand: of diag(3, −2) and of a rank-one matrix.
  @Test func valuesByHand() throws {
    let diagonal = try SingularValueDecomposition(of: Matrix([[0, -2], [3, 0]], columns: 2))
    #expect(diagonal.values.map { ($0 * 1e12).rounded() / 1e12 } == [3, 2])
    let flat = try SingularValueDecomposition(of: Matrix([[1, 2], [2, 4], [2, 4]], columns: 2))
    #expect(abs(flat.values[0] - 45.0.squareRoot()) < 1e-14 && flat.values[1] < 1e-15)
  }

  @Test func notFinite() {
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 1)) {
      try SingularValueDecomposition(of: Matrix([[1, .nan]], columns: 2))
    }
  }

  /// The leading pairs are those of the whole system.
  @Test(arguments: [1, 4, 9, 12]) func leadingPairs(count: Int) throws {
    let matrix = try self.matrix(12, 20).gramOfRows()
    let (some, all) = (try SymmetricEigensystem(leading: count, of: matrix), try SymmetricEigensystem(of: matrix))
    #expect(some.values.count == count && some.vectors.rows == count && some.vectors.columns == 12)
    for k in 0..<count {
      #expect(relativeError(some.values[k], all.values[k]) < 1e-12)
      #expect(abs(abs(dotProduct(some.vectors.row(k), all.vectors.row(k))) - 1) < 1e-12)
    }
  }
}
