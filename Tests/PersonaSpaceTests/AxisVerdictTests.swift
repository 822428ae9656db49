import LinearAlgebra
import PersonaSpace
import Statistics
import Testing

@Suite struct AxisVerdictTests {
  private func judged(
    cosine: Double, low: Double? = nil, null: Double, relative: Double, roles: Int, components: Int? = 3,
    score: Double = 50
  ) -> AxisVerdict {
    AxisVerdict(
      cosine: cosine, interval: low.map { Interval(low: $0, high: 1) }, null: null, relative: relative, roles: roles,
      parallel: components.map { ParallelAnalysis(components: $0, firstScore: score) })
  }

  @Test func aLeadingAxisWithTheDefaultAtItsEdgeIsFound() {
    #expect(judged(cosine: 0.82, null: 0.03, relative: 0.93, roles: 275).outcome == .found)
  }

  /// An untrained model can show a high cosine: the default must also be extreme, and the roles enough.
  @Test func aHighCosineAloneIsWeak() {
    #expect(judged(cosine: 0.87, null: 0.03, relative: 0.5, roles: 275).outcome == .weak)
    #expect(judged(cosine: 0.87, null: 0.03, relative: 0.95, roles: 5).outcome == .weak)
    #expect(judged(cosine: 0.5, null: 0.03, relative: 0.95, roles: 275).outcome == .weak)
  }

  @Test func aCosineWithinChanceIsAbsent() {
    #expect(judged(cosine: 0.7, null: 0.88, relative: 0.95, roles: 275).outcome == .absent)
    #expect(judged(cosine: 0.16, null: 0.1, relative: 0.95, roles: 275).outcome == .absent)
  }

  @Test func anIntervalThatReachesDownTellsLess() {
    #expect(judged(cosine: 0.7, low: 0.5, null: 0.03, relative: 0.95, roles: 275).outcome == .found)
    #expect(judged(cosine: 0.7, low: 0.2, null: 0.03, relative: 0.95, roles: 275).outcome == .weak)
    #expect(judged(cosine: 0.7, low: 0.02, null: 0.03, relative: 0.95, roles: 275).outcome == .absent)
  }

  @Test func aFirstComponentThatChanceCouldGiveIsNoAxis() {
    #expect(judged(cosine: 0.9, null: 0.03, relative: 0.95, roles: 275, components: 0).outcome == .absent)
    #expect(judged(cosine: 0.9, null: 0.03, relative: 0.95, roles: 275, components: 1, score: 2).outcome == .absent)
    #expect(judged(cosine: 0.9, null: 0.03, relative: 0.95, roles: 275, components: 1, score: .nan).outcome == .absent)
    #expect(judged(cosine: 0.9, null: 0.03, relative: 0.95, roles: 275, components: nil).outcome == .found)
  }

  @Test func anUndefinedNumberIsNeverFound() {
    #expect(judged(cosine: .nan, null: 0.1, relative: 1, roles: 275).outcome == .absent)
    #expect(judged(cosine: 0.9, null: 0.1, relative: .nan, roles: 275).outcome == .weak)
  }

  /// Noise of many shapes, default and roles from one distribution, some with dimensions a hundred times the rest: no axis.
  @Test(
    arguments: [(3, 2), (6, 3), (12, 8), (20, 64), (60, 2), (100, 12), (100, 64), (275, 256), (40, 512)], [false, true])
  func noiseIsAbsent(shape: (roles: Int, dimensions: Int), isUneven: Bool) throws {
    for seed in 0..<20 as Range<UInt64> {
      var random = SeededGenerator(seed: seed, purpose: .init(rawValue: UInt64(shape.roles)))
      func vector() -> [Double] {
        random.gaussians(shape.dimensions).enumerated().map { isUneven && $0 < 2 ? 100 * $1 : $1 }
      }
      let matrix = Matrix((0..<shape.roles).map { _ in vector() }, columns: shape.dimensions)
      let space = try LayerSpace(roles: matrix, assistant: vector(), keeping: 1)
      let uncertainty = try resampled(space, roles: matrix, replicates: 100, seed: seed)
      let verdict = try #require(space.with(uncertainty).assistant?.verdict)
      #expect(verdict.outcome == .absent, "seed \(seed): \(verdict.evidence)")
    }
  }

  @Test func whatKeepsItFromBeingFound() {
    #expect(judged(cosine: 0.82, null: 0.03, relative: 0.93, roles: 275).evidence.shortfalls == [])
    #expect(
      judged(cosine: 0.5, null: 0.03, relative: 0.5, roles: 5).evidence.shortfalls
        == [.cosineBelow(0.6), .defaultBelow(0.75), .tooFewRoles(10)])
    #expect(
      judged(cosine: 0.7, low: 0.02, null: 0.03, relative: 0.95, roles: 275).evidence.shortfalls
        == [.intervalWithinChance])
    #expect(
      judged(cosine: 0.7, low: 0.2, null: 0.03, relative: 0.95, roles: 275).evidence.shortfalls
        == [.intervalBelow(0.316)])
    #expect(
      judged(cosine: 0.02, null: 0.03, relative: 0.95, roles: 275, components: 0).evidence.shortfalls
        == [.firstComponentWithinChance, .cosineWithinChance, .cosineBelow(0.316)])
  }

  @Test func overallNeedsMoreThanHalfOfTheLayers() {
    #expect(AxisVerdict.overall([.found, .found, .weak]) == .found)
    #expect(AxisVerdict.overall([.absent, .absent, .absent, .found]) == .absent)
    #expect(AxisVerdict.overall([.found, .absent]) == .weak && AxisVerdict.overall([]) == .weak)
    #expect(AxisVerdict.overall([.weak, .absent, .found]) == .weak)
  }
}
