import PersonaSpace
import Statistics
import Testing

/// Planted states, by a generator of the tests' own.
@Suite struct PersonaStatesPlantedTests {
  static let designs: [PlantedStates] = PlantedStates.Refusal.allCases.flatMap { refusal in
    [(0.1, 0.0, false, 0.0), (0.3, 0.0, false, 0.4), (0.5, 0.0, true, 0.0), (0.6, 0.0, false, 0.0)].map {
      PlantedStates(refused: $0.0, refusal: refusal, wobble: $0.1, isHeavy: $0.2, shift: $0.3)
    }
  }

  @Test func resistanceIsTheShareThatWasPlanted() throws {
    var (errors, held, count) = ([Double](), 0, 0)
    for (index, design) in Self.designs.enumerated() {
      for seed in 0..<8 {
        let sample = design.sample(seed: UInt64(100 * index + seed))
        let states = try design.states(of: sample, seed: 1)
        guard states.identification == .identified else { continue }
        let seen = Double(sample.isHome.count { $0 }) / Double(sample.isHome.count)
        #expect(abs(states.resistance.value - seen) < 0.1)
        #expect(states.instability.deviation.value < 0.25, "refusals are no instability")
        errors.append(states.resistance.value - seen)
        let interval = try #require(states.resistance.interval)
        held += interval.low <= sample.share && sample.share <= interval.high ? 1 : 0
        count += 1
      }
    }
    #expect(count > 80 && abs(errors.reduce(0, +) / Double(count)) < 0.01)
    #expect(errors.reduce(0) { $0 + abs($1) } / Double(count) < 0.02)
    #expect(Double(held) / Double(count) > 0.88)
  }

  @Test(arguments: [false, true]) func anAdoptedPersonaIsNotResisted(isHeavy: Bool) throws {
    for seed in 0..<10 as Range<UInt64> {
      let design = PlantedStates(wobble: 0.05, isHeavy: isHeavy, shift: seed % 2 == 0 ? 0 : 0.4)
      let states = try design.states(of: design.sample(seed: seed), seed: seed)
      #expect(states.state == .one && states.identification == .identified)
      #expect(states.resistance.value <= 0.02 && states.instability.deviation.value < 0.25)
      let interval = try #require(states.resistance.interval)
      #expect(interval.low == 0 && interval.high >= 0.05)
    }
  }

  @Test func aWideWobbleIsNoRefusal() throws {
    var identified = 0
    for seed in 0..<12 as Range<UInt64> {
      let design = PlantedStates(wobble: 0.4)
      let states = try design.states(of: design.sample(seed: seed), seed: seed)
      #expect(states.state == .one)
      identified += states.identification == .identified ? 1 : 0
      #expect(!(states.resistance.value > 0.15) && states.instability.deviation.value > 0.25)
    }
    #expect(identified >= 10)
  }

  @Test func aPersonaThatIsTheDefaultIsNotTold() throws {
    for seed in 0..<30 as Range<UInt64> {
      let design = PlantedStates(distance: 1e-9, isHeavy: seed % 2 == 0, shift: [0, 0.4, 0.8][Int(seed % 3)])
      let states = try design.states(of: design.sample(seed: seed), seed: seed)
      #expect(states.state != .two && states.identification != .identified)
    }
  }

  @Test func twoWaysOfBeingThePersonaAreNoRefusal() throws {
    for seed in 0..<4 as Range<UInt64> {
      let design = PlantedStates(distance: 24, refused: 0.4, homePlace: 0.6)
      let states = try design.states(of: design.sample(seed: seed), seed: seed)
      guard case .twoWays(let position) = states.identification else {
        Issue.record("\(states.identification)")
        continue
      }
      #expect(states.state == .two && abs(position - 0.6) < 0.1 && states.resistance.value.isNaN)
    }
  }

  /// Runs that refuse with probability r each differ in 2 r (1 − r) of their pairs.
  @Test func runsFlip() throws {
    let design = PlantedStates(runs: 4, refused: 0.3)
    let sample = design.sample(seed: 3)
    let states = try design.states(of: sample, seed: 3)
    #expect(states.flips.pairs == 60 * 6)
    #expect(abs(try #require(states.flips.share) - 0.42) < 0.06)
    let wrong = zip(states.home, sample.isHome).count { ($0 > 0.5) != $1 }
    #expect(Double(wrong) / Double(sample.isHome.count) < 0.02)
    let parts = try #require(states.instability.parts)
    // Noise along the way is all between runs; what a question does to the persona alone is its own.
    #expect(try parts.run.get() > 3 * abs(try parts.prompt.get()))
  }

  @Test func samplesAreThoseOfTheSeed() throws {
    let design = PlantedStates(refused: 0.3)
    let sample = design.sample(seed: 5)
    let found = try [1, 1, 2].map { try design.states(of: sample, seed: $0) }
    #expect(found[0].resistance == found[1].resistance && found[0].departure == found[1].departure)
    #expect(found[0].resistance.value == found[2].resistance.value)
    #expect(found[0].resistance.interval != found[2].resistance.interval)
  }
}
