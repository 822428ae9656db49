import PersonaSpace
import Statistics
import TestSupport
import Testing

@Suite struct TetherTests {
  private func group(_ positions: [[Double]]) -> ConversationGroup {
    ConversationGroup(
      positions.map { ConversationTrack(positions: $0) }, names: positions.indices.map { ["\($0)"] })
  }

  private func fit(_ positions: [[Double]], replicates: Int = 0) throws -> TetherFit {
    try TetherFit(group(positions), replicates: replicates, seed: 1)
  }

  /// Steps from 0, 1, 1, 2 of .1, −.4, .1, −.5: the line through them is .125 − .3 x, the residuals are −.025, −.225, .275, −.025,
  /// of which the squares sum to .1275.
  @Test func aLineByHand() throws {
    let fit = try fit([[0, 0.1], [1, 0.6], [1, 1.1], [2, 1.5], [7]])
    #expect(fit.tether.steps == 4 && fit.conversations == 4)
    #expect(abs(fit.tether.stiffness - 0.3) < 1e-15 && abs(fit.tether.restingPoint - 0.125 / 0.3) < 1e-14)
    #expect(relativeError(fit.tether.residualNoise, 0.06375.squareRoot()) < 1e-14)
    #expect(relativeError(fit.tether.spread, (0.06375 / 0.51).squareRoot()) < 1e-14)
    // ln 2 / −ln .7.
    #expect(relativeError(fit.tether.halfLife, 1.9433582098747317) < 1e-14)
    #expect(fit.stiffness == nil && fit.residuals.autocorrelation.value.isNaN)
    // The squared residuals are the same at both ends.
    #expect(abs(fit.residuals.heteroscedasticity.value) < 1e-12)
  }

  /// Far from 0 the sums must not cancel.
  @Test func positionsFarFrom0() throws {
    let positions = [[0.0, 0.1, 0.4], [1, 0.6, 0.9], [2, 1.5, 1.75]]
    let (near, far) = (try fit(positions), try fit(positions.map { $0.map { $0 + 0x1p20 } }))
    #expect(relativeError(far.tether.stiffness, near.tether.stiffness) < 1e-9)
    #expect(relativeError(far.tether.residualNoise, near.tether.residualNoise) < 1e-9)
    #expect(relativeError(far.tether.restingPoint - 0x1p20, near.tether.restingPoint) < 1e-9)
  }

  @Test func whatIsTooSmallSaysWhatItNeeds() {
    #expect(throws: TetherFault.tooFewSteps(2)) { try fit([[1, 0.5, 0.2], [3]]) }
    #expect(throws: TetherFault.tooFewSteps(0)) { try fit([[1]]) }
    #expect(throws: TetherFault.constantPositions(0.5)) { try fit([[0.5, 0.5, 0.5], [0.5, 0.7]]) }
    #expect(throws: TetherFault.tooShortForHalves) {
      try TetherFit(group([[1, 0.5, 0.2, 0.1]]), correction: .jackknife, replicates: 0, seed: 0)
    }
    #expect(TetherFault.tooFewSteps(1).explanation.contains("at least 3"))
  }

  @Test func turnsThatAreMissingMakeNoStep() throws {
    let whole = group([[1, 0.6], [0.4, 0.3], [0.8, 0.5, 0.4]])
    let broken = ConversationGroup(
      [
        ConversationTrack(positions: [1, 0.6, 0.4, 0.3], turns: [0, 1, 3, 4]),
        ConversationTrack(positions: [0.8, 0.5, 0.4]),
      ], names: [["a"], ["b"]])
    let fits = try [whole, broken].map { try TetherFit($0, replicates: 0, seed: 0) }
    #expect(fits[0].tether == fits[1].tether)
    // One pair of steps in a row in both.
    #expect(fits[0].residuals.autocorrelation.value == fits[1].residuals.autocorrelation.value)
  }

  @Test func noPullHasNoRestingPointAndNoSpread() throws {
    let fit = try fit([[0, 1], [1, 2], [2, 3]])
    #expect(fit.tether.stiffness == 0 && fit.tether.restingPoint.isNaN && fit.tether.residualNoise == 0)
    #expect(fit.tether.halfLife.isNaN && fit.tether.spread.isNaN)
  }

  /// Seeded walks of a known tether: intervals of 95 % hold it about as often.
  @Test func intervalsHoldThePlantedNumbers() throws {
    var (held, all) = (0, 0)
    for seed in 0..<40 {
      var random = SeededGenerator(seed: UInt64(seed), purpose: .init(rawValue: 77))
      let walks = (0..<30).map { _ in
        var walk = [0.95 + 0.05 * random.nextGaussian()]
        while walk.count < 10 {
          walk.append(walk[walk.count - 1] + 0.3 * (0.1 - walk[walk.count - 1]) + 0.08 * random.nextGaussian())
        }
        return walk
      }
      let fit = try fit(walks, replicates: 400)
      for (interval, truth) in [(fit.stiffness, 0.3), (fit.restingPoint, 0.1), (fit.residualNoise, 0.08)] {
        let interval = try #require(interval)
        held += interval.low <= truth && truth <= interval.high ? 1 : 0
        all += 1
      }
    }
    // Of 120 at 95 %, fewer than 105 or all happen once in a few hundred times.
    #expect(held >= 105 && held < all)
  }
}
