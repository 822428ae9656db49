import LinearAlgebra
import Testing

@Suite struct MatrixTests {
  @Test func meanOfLargeCloseValuesKeepsTheirDigits() {
    // Summed plainly, 1e16 + 1 and its like lose the ones.
    let matrix = Matrix([[1e16], [1e16 + 2], [1e16 + 4]], columns: 1)
    #expect(matrix.columnMeans() == [1e16 + 2])
  }

  @Test func gramMatricesAgreeWithProductsByHand() throws {
    let x = Matrix([[1, 2, 3], [4, 5, 6]], columns: 3)
    #expect(try x.gramOfRows() == Matrix([[14, 32], [32, 77]], columns: 2))
    #expect(try x.gramOfColumns() == Matrix([[17, 22, 27], [22, 29, 36], [27, 36, 45]], columns: 3))
    #expect(try x.times([1, 0, -1]) == [-2, -2])
    #expect(try x.times(x.transposed()) == x.gramOfRows())
  }

  @Test func normNeitherOverflowsNorUnderflows() {
    #expect(abs(euclideanNorm([3e200, 4e200]) / 5e200 - 1) < 1e-15)
    #expect(abs(euclideanNorm([3e-200, 4e-200]) / 5e-200 - 1) < 1e-15)
  }
}
