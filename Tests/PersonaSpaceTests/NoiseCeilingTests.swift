import PersonaSpace
import Testing

@Suite struct NoiseCeilingTests {
  /// By hand: √(.9 · .4) = .6, and the lower of .8 and .3.
  @Test func cosinesHaveTheGeometricMeanAndTheWorseEnd() {
    let joined = NoiseCeiling(mean: 0.9, outer: 0.8).joined(
      NoiseCeiling(mean: 0.4, outer: 0.3), .alignment, axisRatio: 2)
    #expect(abs(joined.mean - 0.6) < 1e-15 && joined.outer == 0.3)
  }

  /// By hand: the other's shifts are 2 · 1.5 = 3 and 2 · 2 = 4 lengths of the first axis; √((1 + 9) / 2) = √5.
  @Test func shiftsHaveTheQuadraticMeanAndTheWorseEnd() {
    let joined = NoiseCeiling(mean: 1, outer: 3).joined(
      NoiseCeiling(mean: 1.5, outer: 2), .defaultShiftOff, axisRatio: 2)
    #expect(abs(joined.mean - 5.0.squareRoot()) < 1e-15 && joined.outer == 4)
  }

  @Test func whatIsNotKnownOfOneIsNotKnownOfBoth() {
    let joined = NoiseCeiling(mean: 0.9, outer: 0.8).joined(
      NoiseCeiling(mean: .nan, outer: .nan), .alignment, axisRatio: 1)
    #expect(joined.outer.isNaN)
  }
}
