import PersonaSpace
internal import Statistics
import Testing

@Suite struct SuperpositionTests {
  private func found(_ positions: [[Double]], _ names: [String]) throws -> Superposition? {
    try Superposition(
      ConversationGroup(positions.map { ConversationTrack(positions: $0) }, names: names.map { [$0] }), replicates: 0,
      seed: 0)
  }

  /// Squares about the mean at turn 0: of 1, 3 they are 2, of 0, 0, 3 they are 6, on 1 + 2 degrees of freedom; at turn 1 only the
  /// first pair is there, 0.5 apart.
  @Test func pooledOverConversations() throws {
    let superposition = try #require(
      try found([[1, 1], [3, 1.5], [0], [0], [3, 7], [9, 9]], ["a", "a", "b", "b", "b", "alone"]))
    let points = superposition.points
    #expect(points.map(\.turn) == [0, 1] && points.map(\.conversations) == [2, 1] && points.map(\.samples) == [5, 2])
    #expect(abs(points[0].spread.value - (8 / 3.0).squareRoot()) < 1e-15)
    #expect(abs(points[1].spread.value - 0.125.squareRoot()) < 1e-15)
    #expect(abs(superposition.trend.value - (0.125.squareRoot() - (8 / 3.0).squareRoot())) < 1e-14)
  }

  @Test func conversationsAloneAreNoSuperposition() throws {
    #expect(try found([[1, 2], [2, 3]], ["a", "b"]) == nil)
  }
}
