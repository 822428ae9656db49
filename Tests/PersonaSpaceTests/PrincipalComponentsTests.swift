import LinearAlgebra
import PersonaSpace
import Statistics
import Testing

@Suite struct PrincipalComponentsTests {
  /// Points on two orthogonal lines, spread 3 and 1: the components are those lines.
  private let cross = Matrix([[3, 0, 5], [-3, 0, 5], [0, 1, 5], [0, -1, 5]], columns: 3)

  @Test func findsTheDirectionsOfACross() throws {
    let components = try PrincipalComponents(of: cross, keeping: 2, orientedBy: [1, -1, 5])
    #expect(components.mean == [0, 0, 5])
    // Σ x² / (n − 1): 18 / 3 and 2 / 3; the third has no variance.
    #expect(zip(components.variance, [6, 2.0 / 3, 0]).allSatisfy { abs($0 - $1) < 1e-14 })
    #expect(abs(components.varianceRatio.reduce(0, +) - 1) < 1e-15)
    #expect(components.count(forVariance: 0.9) == 1 && components.count(forVariance: 0.95) == 2)
    // Oriented so that the reference (1, −1, 0) about the mean scores positively.
    for (row, truth) in zip([0, 1], [[1.0, 0, 0], [0, -1, 0]]) {
      #expect(zip(components.directions.row(row), truth).allSatisfy { abs($0 - $1) < 1e-14 })
    }
    let scores = try #require(components.referenceScores)
    #expect(abs(scores[0] - 1) < 1e-14 && abs(scores[1] - 1) < 1e-14 && scores[2].isNaN)
  }

  /// The wide matrix goes by way of the rows' Gram matrix, the tall one by the columns'.
  @Test func bothSidesGiveOneAnswer() throws {
    var random = SeededGenerator(seed: 7)
    let tall = Matrix((0..<30).map { _ in random.gaussians(12) }, columns: 12)
    let reference = random.gaussians(12)
    let fromColumns = try PrincipalComponents(of: tall, keeping: 12, orientedBy: reference)
    // Zero dimensions change nothing but the side.
    let wide = Matrix((0..<30).map { Array(tall.row($0)) + [Double](repeating: 0, count: 40) }, columns: 52)
    let fromRows = try PrincipalComponents(
      of: wide, keeping: 12, orientedBy: reference + [Double](repeating: 0, count: 40))
    for j in 0..<12 {
      #expect(abs(fromRows.variance[j] - fromColumns.variance[j]) < 1e-12)
      for i in 0..<30 { #expect(abs(fromRows.scores[i, j] - fromColumns.scores[i, j]) < 1e-11) }
      for i in 0..<12 { #expect(abs(fromRows.directions[j, i] - fromColumns.directions[j, i]) < 1e-11) }
    }
  }

  /// Uncentred XᵀX − nμμᵀ would have lost every digit of this spread.
  @Test func aMassiveDimensionCostsNoDigits() throws {
    let shifted = Matrix((0..<4).map { row in cross.row(row).map { $0 + 1e8 } }, columns: 3)
    let components = try PrincipalComponents(of: shifted, keeping: 1)
    #expect(abs(components.variance[0] - 6) < 1e-12)
  }

  @Test func orientsByTheLargestElementWithoutAReference() throws {
    for sign in [1.0, -1] {
      let flipped = Matrix((0..<4).map { row in cross.row(row).map { $0 * sign } }, columns: 3)
      #expect(try PrincipalComponents(of: flipped, keeping: 1).directions[0, 0] > 0)
    }
  }

  @Test func refusesWhatSpansNothing() {
    #expect(throws: SpaceFault.tooFewRoles(1)) {
      try PrincipalComponents(of: Matrix([[1, 2]], columns: 2), keeping: 1)
    }
    #expect(throws: SpaceFault.noVariance) {
      try PrincipalComponents(of: Matrix([[1, 2], [1, 2], [1, 2]], columns: 2), keeping: 1)
    }
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 0)) {
      try PrincipalComponents(of: Matrix([[1, 2], [.nan, 2]], columns: 2), keeping: 1)
    }
  }
}
