import LinearAlgebra
import Testing

@Suite struct LinearSystemTests {
  @Test func solves() throws {
    // 2x + y = 4, x − 3y = −5: x = 1, y = 2.
    let solution = try #require(try Matrix([[2, 1], [1, -3]], columns: 2).solving([4, -5]))
    #expect(abs(solution[0] - 1) < 1e-15 && abs(solution[1] - 2) < 1e-15)
    #expect(try Matrix([[1, 2], [2, 4]], columns: 2).solving([1, 2]) == nil)
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 1)) {
      try Matrix([[1, .nan], [2, 4]], columns: 2).solving([1, 2])
    }
  }

  @Test func accumulates() {
    var sums = [1.0, 2, 3, 4]
    accumulate([10, 20, 30], from: 1, count: 2, times: 0.5, into: &sums, at: 2)
    #expect(sums == [1, 2, 13, 19])
  }
}
