import LinearAlgebra
import PersonaSpace
internal import Statistics
import Testing

@Suite struct ConditionContrastTests {
  private func member(_ positions: [Double], _ cluster: Int, second: Bool) -> ConditionContrast.Member {
    .init(ConversationDrift(ConversationTrack(positions: positions)), cluster: cluster, isSecond: second)
  }

  /// Falls of 1 and .5 under the first, .3 and .3 under the second condition; a single turn cannot fall.
  @Test func reductionByHand() {
    let contrast = ConditionContrast(
      [
        member([1, 0], 0, second: false), member([0.5, 0.6, 0], 1, second: false), member([0.8, 0.5], 0, second: true),
        member([0.4, 0.1], 1, second: true), member([0.4], 2, second: true),
      ], .fall, replicates: 0, seed: 0)
    #expect(contrast.first == 0.75 && abs(contrast.second - 0.3) < 1e-15 && contrast.secondCount == 2)
    #expect(abs(contrast.reduction.value - 0.6) < 1e-15 && contrast.reduction.interval == nil)
    #expect(contrast.paired == 2 && contrast.unpaired == 0 && contrast.probability.isNaN)
  }

  /// Pairs that all differ in one direction: of 2ⁿ exchanges two are as far apart.
  @Test func pairsAreExchanged() {
    let members = (0..<6).flatMap { pair in
      [member([1, 0], pair, second: false), member([1, 0.4], pair, second: true)]
    }
    let contrast = ConditionContrast(members, .fall, replicates: 200, seed: 3)
    #expect(abs(contrast.probability - 2 / 64.0) < 0.02)
    // Every pair is the same.
    #expect(abs((contrast.reduction.interval?.low ?? 0) - 0.4) < 1e-12)
  }

  /// Three against three, all apart: of 20 ways to deal them out two are as far apart.
  @Test func thoseUnderOneConditionAreDealtOutAnew() {
    let members = (0..<6).map { member([1, $0 < 3 ? 0 : 0.4], $0, second: $0 >= 3) }
    let contrast = ConditionContrast(members, .fall, replicates: 200, seed: 3)
    #expect(abs(contrast.probability - 0.1) < 0.04 && contrast.paired == 0 && contrast.unpaired == 6)
    // Three conversations are too few for an interval.
    #expect(contrast.difference.interval == nil)
  }

  @Test func aConditionWithoutDriftHasNoReduction() {
    let contrast = ConditionContrast(
      [member([0, 1], 0, second: false), member([1, 0], 0, second: true)], .fall, replicates: 0, seed: 0)
    #expect(contrast.reduction.value.isNaN && contrast.first == -1)
  }
}
