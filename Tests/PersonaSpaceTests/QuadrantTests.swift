import PersonaSpace
import Testing

/// What counts as resisted and as unstable.
@Suite struct QuadrantTests {
  private func quadrant(_ resistance: Double, _ instability: Double, floor: Double = 0.1) -> Quadrant? {
    Quadrant(resistance: resistance, instability: instability, floor: floor, cutoffs: Quadrant.Cutoffs())
  }

  @Test func eachHasItsPlace() {
    #expect(quadrant(0.49, 0.3) == .adopted)
    #expect(quadrant(0.5, 0.3) == .resistant)
    #expect(quadrant(0, 0.35) == .unstable)
    #expect(quadrant(0.7, 0.5) == .both)
  }

  /// What the default does as well is no instability of the persona, and neither is what is small.
  @Test func instabilityIsBesideTheDefaults() {
    #expect(quadrant(0, 0.9, floor: 0.31) == .adopted)
    #expect(quadrant(0, 0.9, floor: 0.3) == .unstable)
    #expect(quadrant(0, 0.3, floor: 0.001) == .adopted)
  }

  @Test func nothingIsSaidOfWhatIsNotTold() {
    #expect(quadrant(.nan, 0.1) == nil)
    #expect(quadrant(0.1, .nan) == nil)
  }
}
