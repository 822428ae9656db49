import PersonaSpace
import Statistics
import Testing

@Suite struct AxisInterventionTests {
  private let tokens = TurnTokens(projections: [-3, 0, 2, 5], norms: [10, 10, 10, 10])

  @Test func anOffsetMovesEveryTokenByIt() {
    let turn = CappedTurn(tokens, mean: 1, .offset(-2))
    #expect(turn.pullback == -2 && turn.after == -1 && turn.cappedShare == 1 && turn.perturbation == 0.2)
  }

  @Test func removalLeavesNothingAlongTheAxis() {
    let turn = CappedTurn(tokens, mean: 1, .removal)
    // The token at 0 is not touched; (3 + 2 + 5) / 10 over four.
    #expect(turn.after == 0 && turn.cappedShare == 0.75 && turn.perturbation == 0.25)
  }

  @Test func aFloorIsTheCap() {
    #expect(CappedTurn(tokens, mean: 1, .floor(1)) == CappedTurn(tokens, mean: 1, ActivationCap(threshold: 1)))
  }

  /// (9 + 0 + 4 + 25) / 4 − 1².
  @Test func theVarianceIsThatOfProjections() { #expect(CappedTurn(tokens, mean: 1, .removal).variance == 8.5) }
}
