import LinearAlgebra
import PersonaSpace
import Statistics
import Testing

@Suite struct LinearAssignmentTests {
  /// Every way to give each row a column of its own.
  private func assignments(_ rows: Int, _ columns: Int) -> [[Int]] {
    if rows == 0 { return [[]] }
    return assignments(rows - 1, columns).flatMap { part in
      (0..<columns).filter { !part.contains($0) }.map { part + [$0] }
    }
  }

  @Test(arguments: [(1, 1), (2, 2), (4, 4), (5, 5), (3, 6), (5, 7)]) func theBestOfAll(rows: Int, columns: Int) {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<20 {
      let gains = Matrix(rows: rows, columns: columns, elements: random.gaussians(rows * columns))
      func total(_ assignment: [Int]) -> Double {
        assignment.enumerated().reduce(0) { $0 + gains[$1.offset, $1.element] }
      }
      let found = largestAssignment(gains)
      #expect(found.count == rows && Set(found).count == rows)
      let best = assignments(rows, columns).map(total).max() ?? .nan
      #expect(abs(total(found) - best) < 1e-12)
    }
  }

  /// Taking the largest first would cost more than it gains.
  @Test func greedinessDoesNotPay() {
    #expect(largestAssignment(Matrix([[0.9, 0.8], [0.8, 0.1]], columns: 2)) == [1, 0])
  }

  @Test func nothingToAssign() {
    #expect(largestAssignment(Matrix(rows: 0, columns: 3, elements: [])) == [])
    #expect(Set(largestAssignment(Matrix([[0, 0, 0], [0, 0, 0]], columns: 3))).count == 2)
  }
}
