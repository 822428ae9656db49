import PersonaSpace
import Testing

@Suite struct ConversationDriftTests {
  /// Worked by hand: mean turn 1.5, slope Σ(t − 1.5)(x − 0.55) / 5 = −1.4 / 5.
  @Test func driftByHand() {
    let drift = ConversationDrift(ConversationTrack(positions: [0.8, 1.0, 0.3, 0.1]))
    #expect(drift.turns == 4 && drift.start == 0.8 && drift.end == 0.1)
    #expect(abs(drift.change + 0.7) < 1e-15)
    #expect(abs(drift.mean - 0.55) < 1e-15)
    #expect(drift.minimum == 0.1)
    #expect(abs(drift.slope + 0.28) < 1e-15)
    #expect(drift.maximumDrawdown == 0.9)
    #expect(drift.belowThreshold == 0.5)
  }

  @Test func aSingleTurnHasNoSlope() {
    let drift = ConversationDrift(ConversationTrack(positions: [0.4]))
    #expect(drift.slope.isNaN && drift.change == 0 && drift.maximumDrawdown == 0 && drift.belowThreshold == 1)
  }

  @Test func aRisingConversationHasNoDrawdown() {
    #expect(ConversationDrift(ConversationTrack(positions: [-1, 0, 2])).maximumDrawdown == 0)
  }

  @Test func theThresholdItselfIsNotBelow() {
    #expect(ConversationDrift(ConversationTrack(positions: [0.5, 0.25]), threshold: 0.5).belowThreshold == 0.5)
  }

  /// Turns keep their places when some are missing: the slope through (1, 0.5) and (3, 0.1) is −0.2 a turn.
  @Test func missingTurnsDoNotMoveTheOthers() {
    let track = ConversationTrack(positions: [0.5, 0.1], turns: [1, 3])
    let drift = ConversationDrift(track)
    #expect(drift.turns == 2 && drift.start.isNaN && drift.change.isNaN && drift.end == 0.1)
    #expect(abs(drift.slope + 0.2) < 1e-15)
    let curve = driftCurve([track, ConversationTrack(positions: [1, 0.9, 0.8])])
    #expect(curve.map(\.turn) == [0, 1, 2, 3])
    #expect(curve.map(\.conversations) == [1, 2, 1, 1])
    #expect(curve.map(\.mean) == [1, 0.7, 0.8, 0.1])
  }

  @Test func curvesCountTheConversationsThatReachATurn() {
    let curve = driftCurve([[1, 0.5, 0], [0], [0.5, 0.75]].map { ConversationTrack(positions: $0) })
    #expect(curve.map(\.turn) == [0, 1, 2])
    #expect(curve.map(\.conversations) == [3, 2, 1])
    #expect(curve.map(\.mean) == [0.5, 0.625, 0])
  }
}
