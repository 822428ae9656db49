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

  /// Of the 70 orders of four ones and four zeros two are as clean: p tends to 1/35.
  @Test func theProbabilityIsThatOfAnOrderAsClean() throws {
    let track = ConversationTrack(positions: [1, 1, 1, 1, 0, 0, 0, 0])
    let drawn = try (0..<30).map { try #require(ChangePoint(track, isTested: true, seed: $0)).probability }
    let mean: Double = drawn.reduce(0, +) / 30
    #expect(abs(mean - 0.0286) < 0.008)
  }

  /// With seven turns the cleanest shift is had by two of 35 orders: no test at .05.
  @Test func tooFewTurnsHaveNoProbability() throws {
    let track = ConversationTrack(positions: [1, 1, 1, 0, 0, 0, 0])
    #expect(try #require(ChangePoint(track, isTested: true, seed: 0)).probability.isNaN)
  }

  @Test func noPointWhereNothingShifts() {
    #expect(ChangePoint(ConversationTrack(positions: [0.5, 0.5, 0.5]), isTested: true, seed: 0) == nil)
    #expect(ChangePoint(ConversationTrack(positions: [1, 0]), isTested: true, seed: 0) == nil)
  }
}
