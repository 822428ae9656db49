import LinearAlgebra
import PersonaSpace
import Testing

@Suite struct RoleChangeTests {
  /// In a plane, the default at (4, 0) about a mean role at 0: positions are a quarter of the first coordinate.
  @Test func farthestFirstWithRanksInBoth() throws {
    let a = try ComparedSpace(roles: Matrix([[2, 1], [-2, 1], [1, -1], [-1, -1]], columns: 2), assistant: [4, 0])
    let b = try ComparedSpace(roles: Matrix([[-2, 1], [2, 1], [1, -1], [-1, -1]], columns: 2), assistant: [4, 0])
    let changes = try SpaceComparison(a, b, sharedDimensions: true).roleChanges(replicates: [])
    #expect(changes.map(\.role) == [0, 1, 2, 3])
    #expect(changes.map(\.change).map { ($0 * 1e9).rounded() / 1e9 } == [-1, 1, 0, 0])
    #expect(changes.map(\.rankA) == [1, 4, 2, 3] && changes.map(\.rankB) == [4, 1, 2, 3])
    #expect(changes.allSatisfy { $0.interval == nil })
  }
}
