import LinearAlgebra
import Testing

/// A symmetric matrix as Q B Qᵀ, against solutions of the matrix itself.
@Suite struct BandFormTests {
  /// Numbers in −1…1 without a pattern (a linear congruential generator, Knuth's constants).
  private func rows(_ count: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var state = seed
    let numbers = (0..<count * columns).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 52) - 1
    }
    return Matrix(rows: count, columns: columns, elements: numbers)
  }

  /// XᵀX of 2 n + 1 rows.
  private func matrix(_ order: Int, seed: UInt64) throws -> Matrix {
    try rows(2 * order + 1, order, seed: seed).gramOfColumns()
  }

  /// Orders up to the widest band, beyond it, and of several blocks of which the last is short.
  @Test(arguments: [1, 2, 64, 65, 66, 67, 129, 200])
  func productsWithTheInverseAreThoseOfTheMatrix(order: Int) throws {
    let matrix = try matrix(order, seed: UInt64(order))
    let rows = rows(3, order, seed: 5)
    let form = try BandForm(reducing: matrix.elements, order: order)
    let turned = try form.turned(rows)
    let back = try form.turnedBack(turned)
    for (a, b) in zip(rows.elements, back.elements) { #expect(abs(a - b) < 1e-12) }
    for shift in [0.5, 100] {
      let factor = try #require(try form.factored(shift: shift))
      let half = try factor.halfSolved(turned)
      let solved = try form.turnedBack(factor.solved(turned))
      var shifted = matrix
      for i in 0..<order { shifted[i, i] += shift }
      for i in 0..<3 {
        let wanted = try #require(try shifted.solving(Array(rows.row(i))))
        for (a, b) in zip(solved.row(i), wanted) { #expect(abs(a - b) < 1e-9) }
        for j in 0..<3 {
          #expect(abs(dotProduct(half.row(j), half.row(i)) - dotProduct(rows.row(j), wanted[...])) < 1e-9)
        }
      }
    }
    for (a, b) in zip(try form.eigenvalues(), try matrix.symmetricEigenvalues()) {
      #expect(abs(a - b) < 1e-9 && a <= form.bound)
    }
  }

  @Test func whatIsNotPositiveDefiniteHasNoFactor() throws {
    let matrix = try matrix(80, seed: 1)
    let form = try BandForm(reducing: matrix.elements, order: 80)
    let least = try #require(try form.eigenvalues().last)
    #expect(try form.factored(shift: -0.999 * least) != nil)
    #expect(try form.factored(shift: -1.001 * least) == nil)
  }

  @Test func aMatrixThatIsNotFiniteIsNamed() {
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 0)) {
      try BandForm(reducing: [1, 0, .nan, 1], order: 2)
    }
  }
}
