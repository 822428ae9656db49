import LinearAlgebra
import PersonaSpace
import Statistics
import Testing

@Suite struct AxisVerdictTests {
  private func judged(
    cosine: Double, low: Double? = nil, high: Double = 1, null: Double, relative: Double, roles: Int,
    components: Int? = 3, score: Double = 50, without: (cosine: Double, relative: Double)? = nil
  ) -> AxisVerdict {
    AxisVerdict(
      cosine: cosine, interval: low.map { Interval(low: $0, high: high) }, null: null, relative: relative, roles: roles,
      parallel: components.map { ParallelAnalysis(components: $0, firstScore: score) },
      withoutMassive: without.map {
        MassiveInfluence(dropped: 2, cosine: $0.cosine, null: null, relative: $0.relative)
      })
  }

  @Test func aLeadingAxisWithTheDefaultAtItsEdgeIsFound() {
    #expect(judged(cosine: 0.82, null: 0.03, relative: 0.93, roles: 275).outcome == .found)
  }

  /// An untrained model can show a high cosine: the default must also be extreme.
  @Test func aHighCosineAloneIsWeak() {
    #expect(judged(cosine: 0.87, null: 0.03, relative: 0.5, roles: 275).outcome == .weak)
    #expect(judged(cosine: 0.5, null: 0.03, relative: 0.95, roles: 275).outcome == .weak)
  }

  /// Whatever the numbers are, and in either direction.
  @Test func fewerThanTenRolesDecideNothing() {
    let few = judged(cosine: 0.87, null: 0.03, relative: 0.95, roles: 9)
    #expect(few.outcome == .inconclusive && few.evidence.remedy == .roles(10))
    #expect(judged(cosine: 0.02, low: 0, high: 0.1, null: 0.03, relative: 0.1, roles: 9).outcome == .inconclusive)
    #expect(judged(cosine: 0.87, null: 0.03, relative: 0.95, roles: 10).outcome == .found)
  }

  /// Inside the null of a random direction, or with the whole interval below what would matter; nothing else.
  @Test func absentIsWhatTheDataExclude() {
    #expect(judged(cosine: 0.7, null: 0.88, relative: 0.95, roles: 275).outcome == .absent)
    #expect(judged(cosine: 0.02, low: 0, high: 0.9, null: 0.03, relative: 0.95, roles: 275).outcome == .absent)
    #expect(judged(cosine: 0.16, low: 0.12, high: 0.31, null: 0.1, relative: 0.95, roles: 275).outcome == .absent)
    #expect(judged(cosine: 0.16, low: 0.12, high: 0.32, null: 0.1, relative: 0.95, roles: 275).outcome == .inconclusive)
    #expect(judged(cosine: 0.16, null: 0.1, relative: 0.95, roles: 275).outcome == .inconclusive)
    #expect(judged(cosine: 0.16, null: 0.1, relative: 0.95, roles: 275).evidence.remedy == .interval)
  }

  @Test func anIntervalThatReachesDownDecidesNothing() {
    #expect(judged(cosine: 0.7, low: 0.5, null: 0.03, relative: 0.95, roles: 275).outcome == .found)
    #expect(judged(cosine: 0.7, low: 0.2, null: 0.03, relative: 0.95, roles: 275).outcome == .inconclusive)
    #expect(judged(cosine: 0.7, low: 0.02, null: 0.03, relative: 0.95, roles: 275).outcome == .inconclusive)
    #expect(judged(cosine: 0.45, low: 0.2, high: 0.6, null: 0.03, relative: 0.95, roles: 275).outcome == .inconclusive)
  }

  /// The part of the interval toward the bound is to shrink from .5 to .384, or from .2 to .116, as 1/√n.
  @Test func howManyRolesWouldDecideIsSaid() {
    let above = judged(cosine: 0.7, low: 0.2, null: 0.03, relative: 0.95, roles: 100).evidence
    #expect(above.remedy == .narrowerInterval(bound: 0.316, roles: 170))
    let below = judged(cosine: 0.2, low: 0.1, high: 0.4, null: 0.03, relative: 0.95, roles: 100).evidence
    #expect(below.remedy == .narrowerInterval(bound: 0.316, roles: 298))
    let near = judged(cosine: 0.317, low: 0.1, high: 0.5, null: 0.03, relative: 0.95, roles: 100).evidence
    #expect(near.remedy == .narrowerInterval(bound: 0.316, roles: nil))
    #expect(judged(cosine: 0.7, low: 0.5, null: 0.03, relative: 0.95, roles: 100).evidence.remedy == nil)
  }

  @Test func aFirstComponentThatChanceCouldGiveDecidesNothing() {
    for (components, score) in [(0, 50.0), (1, 2), (1, .nan)] {
      let verdict = judged(cosine: 0.9, null: 0.03, relative: 0.95, roles: 275, components: components, score: score)
      #expect(verdict.outcome == .inconclusive && verdict.evidence.remedy == .clearerComponent)
    }
    #expect(judged(cosine: 0.9, null: 0.03, relative: 0.95, roles: 275, components: nil).outcome == .found)
  }

  @Test func anUndefinedNumberIsNeverFound() {
    #expect(judged(cosine: .nan, null: 0.1, relative: 1, roles: 275).outcome == .inconclusive)
    #expect(judged(cosine: 0.9, null: 0.1, relative: .nan, roles: 275).outcome == .weak)
  }

  /// A verdict that is lower without the massive dimensions rests on them, unless their loss is within the interval.
  @Test func massiveDimensionsCarryAVerdict() {
    func carries(_ cosine: Double, low: Double?, without: Double, relative: Double = 0.95) -> Bool? {
      judged(
        cosine: cosine, low: low, null: 0.08, relative: 0.95, roles: 275, without: (without, relative)
      ).evidence.massiveCarries
    }
    #expect(carries(0.93, low: 0.9, without: 0.46) == true)
    #expect(carries(0.93, low: nil, without: 0.46) == true)
    #expect(carries(0.88, low: 0.8, without: 0.65) == false)
    #expect(carries(0.62, low: 0.5, without: 0.58) == false)
    #expect(carries(0.59, low: 0.5, without: 0.41) == false)
    #expect(carries(0.5, low: 0.4, without: 0.1) == true)
    #expect(carries(0.5, low: 0.4, without: .nan) == true)
    #expect(judged(cosine: 0.9, null: 0.08, relative: 0.95, roles: 275).evidence.massiveCarries == nil)
  }

  /// Noise of many shapes, default and roles from one distribution, some with dimensions a hundred times the rest: no axis. Where there
  /// are enough roles and dimensions it is mostly absent, as the cosine is inside the null in nineteen of twenty.
  @Test(
    arguments: [(3, 2), (6, 3), (12, 8), (20, 64), (60, 2), (100, 12), (100, 64), (275, 256), (40, 512)], [false, true])
  func noiseIsNoAxis(shape: (roles: Int, dimensions: Int), isUneven: Bool) throws {
    var absent = 0
    for seed in 0..<20 as Range<UInt64> {
      var random = SeededGenerator(seed: seed, purpose: .init(rawValue: UInt64(shape.roles)))
      func vector() -> [Double] {
        random.gaussians(shape.dimensions).enumerated().map { isUneven && $0 < 2 ? 100 * $1 : $1 }
      }
      let matrix = Matrix((0..<shape.roles).map { _ in vector() }, columns: shape.dimensions)
      let space = try LayerSpace(roles: matrix, assistant: vector(), keeping: 1)
      let uncertainty = try resampled(space, roles: matrix, replicates: 100, seed: seed)
      let verdict = try #require(space.with(uncertainty).assistant?.verdict)
      #expect([.absent, .inconclusive].contains(verdict.outcome), "seed \(seed): \(verdict.evidence)")
      absent += verdict.outcome == .absent ? 1 : 0
    }
    // Of 20 at 95 %, 15 or fewer happen once in four hundred. An uneven default lies along the dimensions that lead.
    if shape.roles < 10 {
      #expect(absent == 0)
    } else if !isUneven {
      #expect(absent >= 15)
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
    #expect(AxisVerdict.overall([.found, .absent]) == .inconclusive)
    #expect(AxisVerdict.overall([]) == .inconclusive)
    #expect(AxisVerdict.overall([.weak, .absent, .found]) == .weak)
    #expect(AxisVerdict.overall([.inconclusive, .inconclusive, .found]) == .inconclusive)
  }
}
