import LinearAlgebra
import PersonaSpace
import Testing

@Suite struct AxisVerdictTests {
  @Test func aLeadingAxisWithTheDefaultAtItsEdgeIsFound() {
    #expect(AxisVerdict(cosine: 0.82, null: 0.03, relative: 0.93, roles: 275).outcome == .found)
  }

  /// An untrained model can show a high cosine: the default must also be extreme, and the roles enough.
  @Test func aHighCosineAloneIsWeak() {
    #expect(AxisVerdict(cosine: 0.87, null: 0.03, relative: 0.5, roles: 275).outcome == .weak)
    #expect(AxisVerdict(cosine: 0.87, null: 0.03, relative: 0.95, roles: 5).outcome == .weak)
    #expect(AxisVerdict(cosine: 0.5, null: 0.03, relative: 0.95, roles: 275).outcome == .weak)
  }

  @Test func aCosineWithinChanceIsAbsent() {
    #expect(AxisVerdict(cosine: 0.7, null: 0.88, relative: 0.95, roles: 275).outcome == .absent)
    #expect(AxisVerdict(cosine: 0.16, null: 0.1, relative: 0.95, roles: 275).outcome == .absent)
  }

  @Test func anUndefinedNumberIsNeverFound() {
    #expect(AxisVerdict(cosine: .nan, null: 0.1, relative: 1, roles: 275).outcome == .absent)
    #expect(AxisVerdict(cosine: 0.9, null: 0.1, relative: .nan, roles: 275).outcome == .weak)
  }

  /// Noise of many shapes, default and roles from one distribution: no axis.
  @Test(arguments: [(20, 64), (100, 64), (275, 512), (40, 1024)]) func noiseIsAbsent(roles: Int, dimensions: Int) throws
  {
    for seed in 0..<20 as Range<UInt64> {
      var random = SeededGenerator(seed: seed, purpose: UInt64(roles))
      let matrix = Matrix((0..<roles).map { _ in random.gaussians(dimensions) }, columns: dimensions)
      let space = try LayerSpace(roles: matrix, assistant: random.gaussians(dimensions), keeping: 1)
      #expect(space.assistant?.verdict.outcome == .absent)
    }
  }

  @Test func overallNeedsMoreThanHalfOfTheLayers() {
    #expect(AxisVerdict.overall([.found, .found, .weak]) == .found)
    #expect(AxisVerdict.overall([.absent, .absent, .absent, .found]) == .absent)
    #expect(AxisVerdict.overall([.found, .absent]) == .weak && AxisVerdict.overall([]) == .weak)
    #expect(AxisVerdict.overall([.weak, .absent, .found]) == .weak)
  }
}
