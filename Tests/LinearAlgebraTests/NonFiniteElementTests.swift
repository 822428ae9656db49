import LinearAlgebra
import Testing

@Suite struct NonFiniteElementTests {
  @Test func theFirstOfAMatrix() {
    var matrix = Matrix([[1, 2], [3, 4]], columns: 2)
    #expect(matrix.firstNonFinite == nil)
    (matrix[1, 0], matrix[1, 1]) = (-.infinity, .nan)
    #expect(matrix.firstNonFinite == NonFiniteElement(row: 1, column: 0, value: -.infinity))
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 0)) { try matrix.requireFinite() }
  }

  @Test func theFirstOfAnArray() {
    #expect([Double]().firstNonFinite() == nil)
    #expect([1, 1e308, -1e308].firstNonFinite() == nil)
    let extremes = [Double.greatestFiniteMagnitude, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, -0.0]
    #expect(extremes.firstNonFinite() == nil)
    for value in [Double.nan, .signalingNaN, -.nan, .infinity, -.infinity] {
      #expect((extremes + [value]).firstNonFinite()?.column == 4)
    }
    #expect([0, 1, 2, .infinity, .nan].firstNonFinite() == NonFiniteElement(row: 0, column: 3, value: .infinity))
    #expect([0, .infinity, 4].firstNonFinite(columns: 1) == NonFiniteElement(row: 1, column: 0, value: .infinity))
  }

  /// A vector of zeros, of either sign, was never written; a zero of one dimension is a number.
  @Test func aRowOfZerosIsOfNoUse() {
    #expect([1.0, 0, 0, -0.0].firstUnusable(columns: 2) == NonFiniteElement(row: 1, column: 0, value: 0))
    #expect([0.0, 1, 1, 0].firstUnusable(columns: 2) == nil)
    #expect([0.0, 0, 1, .infinity].firstUnusable(columns: 2)?.value == .infinity)
    #expect([0.0, 1, 0].firstUnusable(columns: 1) == nil)
  }

  /// Places count from the start of the slice, not of the array.
  @Test func theFirstOfASlice() {
    let values: [Double] = [.nan, 1, 2, 3, 4, .infinity]
    #expect(values[1..<5].firstNonFinite() == nil)
    #expect(values[1...].firstNonFinite(columns: 3) == NonFiniteElement(row: 1, column: 1, value: .infinity))
  }
}
