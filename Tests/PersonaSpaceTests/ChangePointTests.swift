import PersonaSpace
import Testing

@Suite struct ChangePointTests {
  /// Cut after the third of five, the means are 1 and 0: all of the sum of squares is gone.
  @Test func aCleanShift() throws {
    let track = ConversationTrack(positions: [1, 1, 1, 0, 0], turns: [0, 2, 3, 5, 6])
    let point = try #require(ChangePoint(track, isTested: false, seed: 0))
    #expect(point.turn == 5 && abs(point.shift + 1) < 1e-15 && abs(point.share - 1) < 1e-15)
    #expect(point.probability.isNaN)
  }

  /// Of the ten orders of three ones and two zeros two are as clean: p tends to .2.
  @Test func theProbabilityIsThatOfAnOrderAsClean() throws {
    let track = ConversationTrack(positions: [1, 1, 1, 0, 0])
    let drawn = try (0..<30).map { try #require(ChangePoint(track, isTested: true, seed: $0)).probability }
    #expect(abs(drawn.reduce(0, +) / 30 - 0.2) < 0.03)
  }

  @Test func noPointWhereNothingShifts() {
    #expect(ChangePoint(ConversationTrack(positions: [0.5, 0.5, 0.5]), isTested: true, seed: 0) == nil)
    #expect(ChangePoint(ConversationTrack(positions: [1, 0]), isTested: true, seed: 0) == nil)
  }
}
