import LinearAlgebra
import Testing

@Suite struct NumericalRankTests {
  @Test func theFloorIsRoundingOfTheOrder() {
    #expect(eigenvalueFloor(largest: 3, order: 8) == 3 * 0x1p-49)
    // At the floor is not above it.
    #expect(numericalRank(ofEigenvalues: [1, 0x1p-48, 0x1p-49], order: 8) == 2)
    #expect(numericalRank(ofEigenvalues: [1, 0x1p-48, 0x1p-49], order: 16) == 1)
    #expect(numericalRank(ofEigenvalues: [4, 2, 1], order: 3, atMost: 2) == 2)
    #expect(numericalRank(ofEigenvalues: [1, 1e-9, 1e-10, 1e-11], aboveShare: 1e-10) == 2)
  }

  @Test func nothingIsAboveTheFloorOfZeroes() {
    for values in [[], [0, 0], [0, -1e-300], [-1e-17, -2e-17], [.nan, 1]] as [[Double]] {
      #expect(numericalRank(ofEigenvalues: values, order: 2) == 0)
      #expect(numericalRank(ofEigenvalues: values, aboveShare: 1e-10) == 0)
    }
  }

  /// Planted: sums of r outer products of whole numbers.
  @Test(arguments: 1...6)
  func isTheRankOfAGramMatrix(rank: Int) throws {
    var factor = Matrix(rows: rank, columns: 9, elements: [Double](repeating: 0, count: rank * 9))
    for i in 0..<rank { for j in 0..<9 { factor[i, j] = Double((j * j * (i + 2) + i * j) % 11) } }
    let values = try factor.gramOfColumns().symmetricEigenvalues()
    #expect(numericalRank(ofEigenvalues: values, order: 9) == rank)
  }
}
