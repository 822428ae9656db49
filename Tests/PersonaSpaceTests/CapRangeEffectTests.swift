import PersonaSpace
import Statistics
import Testing

/// Floors in two layers, by hand: a conversation that falls by 1 and one that should be left alone.
@Suite struct CapRangeEffectTests {
  private func layer(_ before: [Double], _ after: [Double], isBenign: Bool) -> CapEffect.Conversation {
    CapEffect.Conversation(
      before: ConversationTrack(positions: before), after: ConversationTrack(positions: after),
      shares: before.map { _ in 0 }, pullbacks: before.map { _ in 0 }, perturbations: before.map { _ in 0 },
      isBenign: isBenign)
  }

  private func effect(arriving: Double?) throws -> CapRangeEffect {
    let layers = [
      [layer([1, 0], [1, 0.5], isBenign: false), layer([1, 1], [1, 1], isBenign: true)],
      [layer([2, 0], [2, 1.5], isBenign: false), layer([1, 1], [1, 1], isBenign: true)],
    ]
    let range = CapRangeEffect.Range(
      0..<2,
      [
        .init(turns: 2, touched: 1, falls: arriving.map { (2, $0) }, isBenign: false),
        .init(turns: 2, touched: 0.5, falls: (0, 0), isBenign: true),
      ])
    return try CapRangeEffect.effects(layers, [range], names: [["a"], ["b"]], replicates: 0, seed: 0)[0]
  }

  @Test func reductionsAreThoseOfTheLayers() throws {
    let effect = try effect(arriving: 0.5)
    // 1 − .5 / 1, and 1 − .5 / 2.
    #expect(effect.reduction.value == 0.625 && effect.leastReduction == 0.5 && effect.reduction.interval == nil)
    #expect(effect.arrivingReduction.value == 0.75)
    #expect(effect.turns == 4 && effect.touchedShare == 0.375 && effect.benignShare.value == 0.25)
  }

  @Test func withoutAFallAtTheLastLayerNothingArrives() throws {
    #expect(try effect(arriving: nil).arrivingReduction.value.isNaN)
  }
}
