import PersonaSpace
import Statistics
import Testing

@Suite struct ActivationCapTests {
  private let tokens = TurnTokens(projections: [-3, 0, 2, 5], norms: [10, 10, 10, 10])

  @Test func capsEachTokenAndAverages() {
    let turn = CappedTurn(tokens, mean: 1, ActivationCap(threshold: 1))
    #expect(turn.before == 1 && turn.after == 2.25 && turn.pullback == 1.25)
    #expect(turn.cappedShare == 0.5)
    // (4 + 1) / 10 over four tokens.
    #expect(turn.perturbation == 0.125)
  }

  @Test func theMeanTurnIsALowerBoundOnThePullBack() {
    let cap = ActivationCap(threshold: 1)
    let mean = CappedTurn(TurnTokens(projections: [1], norms: [10]), mean: 1, cap)
    #expect(mean.pullback == 0)
    #expect(mean.pullback <= CappedTurn(tokens, mean: 1, cap).pullback)
  }

  @Test func aTokenAtTheFloorIsNotTouched() {
    #expect(CappedTurn(tokens, mean: 1, ActivationCap(threshold: -3)).cappedShare == 0)
  }

  /// A released ceiling c on the negated axis, h − u · max(h · u − c, 0), is the floor −c.
  @Test(arguments: [-2.0, 0, 1.5]) func aCeilingOnTheNegatedAxisIsAFloor(ceiling: Double) {
    for projection in tokens.projections {
      let negated = -projection
      let capped = -(negated - max(negated - ceiling, 0))
      #expect(ActivationCap(threshold: -ceiling).apply(to: projection) == capped)
    }
  }

  @Test func theThresholdIsAnInterpolatedPercentile() {
    // numpy.percentile([0, 1, 3, 7], [0, 25, 50, 90, 100]) = [0, 0.75, 2, 5.8, 7]
    let values = [3.0, 0, 7, 1]
    for (percentile, truth) in zip([0.0, 25, 50, 90, 100], [0, 0.75, 2, 5.8, 7]) {
      #expect(abs(ActivationCap(percentile: percentile, of: values).threshold - truth) < 1e-14)
    }
  }

  @Test func aTouchedZeroTokenHasNoRelativePerturbation() {
    let zero = TurnTokens(projections: [0], norms: [0])
    #expect(CappedTurn(zero, mean: 0, ActivationCap(threshold: 1)).perturbation.isNaN)
  }

  private func effect(_ conversations: [([Double], [Double])], turns: [Int]? = nil) throws -> CapEffect {
    try CapEffect(
      conversations.map { before, after in
        let zeros = before.map { _ in 0.0 }
        return .init(
          before: ConversationTrack(positions: before, turns: turns),
          after: ConversationTrack(positions: after, turns: turns),
          shares: zeros, pullbacks: zeros, perturbations: zeros, isBenign: false)
      }, names: conversations.indices.map { ["\($0)"] }, replicates: 0, seed: 0)
  }

  @Test func reductionComparesTheFallFromFirstToLastTurn() throws {
    let effect = try effect([([1, 0.5, 0], [1, 0.5, 0.5]), ([1, 0.5], [1, 0.75]), ([-9], [0])])
    #expect(effect.fallBefore.value == 0.75 && effect.fallAfter == 0.375 && effect.reduction.value == 0.5)
    #expect(effect.reduction.interval == nil && effect.turns == 6)
    // A conversation without its first turn has no start to fall from.
    #expect(try self.effect([([5, 0], [5, 0])], turns: [1, 2]).fallBefore.value.isNaN)
  }

  @Test func whereNothingFallsThereIsNothingToReduce() throws {
    #expect(try effect([([0, 1], [0.5, 1])]).reduction.value.isNaN)
    #expect(try effect([([0], [0])]).fallBefore.value.isNaN)
  }
}
