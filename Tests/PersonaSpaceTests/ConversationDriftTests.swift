import PersonaSpace
import Statistics
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

  /// Changes since the start .2, −.5, −.7; steps .2, −.7, −.2.
  @Test func localAndGlobalDriftByHand() {
    let drift = ConversationDrift(ConversationTrack(positions: [0.8, 1.0, 0.3, 0.1]))
    #expect(abs(drift.displacement + 1 / 3.0) < 1e-15 && abs(drift.absoluteDisplacement - 1.4 / 3) < 1e-15)
    #expect(drift.steps == 3 && abs(drift.meanStep + 0.7 / 3) < 1e-15 && abs(drift.meanAbsoluteStep - 1.1 / 3) < 1e-15)
    #expect(drift.firstCrossing == 2)
    #expect(ConversationDrift(ConversationTrack(positions: [0.8, 0.9])).firstCrossing == nil)
  }

  @Test func noStepLeadsOverATurnThatIsMissing() {
    let drift = ConversationDrift(ConversationTrack(positions: [0.9, 0.7, 0.2, 0.3], turns: [0, 1, 4, 5]))
    #expect(drift.steps == 2 && abs(drift.meanStep + 0.05) < 1e-15 && drift.firstCrossing == 4)
    let alone = ConversationDrift(ConversationTrack(positions: [0.9, 0.7], turns: [0, 2]))
    #expect(alone.steps == 0 && alone.meanStep.isNaN && alone.meanAbsoluteStep.isNaN)
    #expect(abs(alone.displacement + 0.2) < 1e-15)
  }

  @Test func aSingleTurnHasNoSlope() {
    let drift = ConversationDrift(ConversationTrack(positions: [0.4]))
    #expect(drift.slope.isNaN && drift.change == 0 && drift.maximumDrawdown == 0 && drift.belowThreshold == 1)
  }

  private func curve(_ tracks: [ConversationTrack]) throws -> [DriftCurvePoint] {
    try driftCurve(
      ConversationGroup(tracks, names: tracks.indices.map { ["\($0)"] }), replicates: 0, seed: 0)
  }

  @Test func aRisingConversationHasNoDrawdown() {
    #expect(ConversationDrift(ConversationTrack(positions: [-1, 0, 2])).maximumDrawdown == 0)
  }

  @Test func theThresholdItselfIsNotBelow() {
    #expect(ConversationDrift(ConversationTrack(positions: [0.5, 0.25]), threshold: 0.5).belowThreshold == 0.5)
  }

  /// Turns keep their places when some are missing: the slope through (1, 0.5) and (3, 0.1) is −0.2 a turn.
  @Test func missingTurnsDoNotMoveTheOthers() throws {
    let track = ConversationTrack(positions: [0.5, 0.1], turns: [1, 3])
    let drift = ConversationDrift(track)
    #expect(drift.turns == 2 && drift.start.isNaN && drift.change.isNaN && drift.end == 0.1)
    #expect(abs(drift.slope + 0.2) < 1e-15)
    let curve = try curve([track, ConversationTrack(positions: [1, 0.9, 0.8])])
    #expect(curve.map(\.turn) == [0, 1, 2, 3])
    #expect(curve.map(\.conversations) == [1, 2, 1, 1])
    #expect(zip(curve, [1, 0.7, 0.8, 0.1]).allSatisfy { abs($0.mean.value - $1) < 1e-15 })
  }

  @Test func curvesCountTheConversationsThatReachATurn() throws {
    let curve = try curve([[1, 0.5, 0], [0], [0.5, 0.75]].map { ConversationTrack(positions: $0) })
    #expect(curve.map(\.turn) == [0, 1, 2])
    #expect(curve.map(\.conversations) == [3, 2, 1])
    #expect(curve.map(\.mean.value) == [0.5, 0.625, 0])
    #expect(curve.map(\.change.value).dropFirst() == [-0.125, -1] && curve[0].change.value.isNaN)
    #expect(curve.map(\.step.value).dropFirst() == [-0.125, -0.5] && curve[2].standardDeviation.isNaN)
  }
}
