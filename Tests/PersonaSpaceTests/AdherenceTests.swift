import LinearAlgebra
import PersonaSpace
import Statistics
import Testing

/// Adherence with the response left out, against targets averaged anew without it.
@Suite struct AdherenceTests {
  @Test func aResponseInTheTargetIsScoredAgainstTheOthers() {
    var random = SeededGenerator(seed: 1)
    let assistant = random.gaussians(7)
    let responses = (0..<9).map { _ in zip(assistant, random.gaussians(7)).map { 3 + $0 + $1 } }
    let members = 0..<6
    func mean(_ indices: [Int]) -> [Double] {
      (0..<7).map { j in indices.reduce(0) { $0 + responses[$1][j] } / Double(indices.count) }
    }
    let target = mean(Array(members))
    let way = difference(target, assistant)
    let measure = Adherence(squaredDistance: dotProduct(way, way), members: members.count)
    for (i, response) in responses.enumerated() {
      let own = members.contains(i) ? mean(members.filter { $0 != i }) : target
      let w = difference(own, assistant)
      let wanted = dotProduct(difference(response, assistant), w) / dotProduct(w, w)
      let e = difference(response, target)
      let found = measure(
        along: dotProduct(e, way), squared: dotProduct(e, e), isMember: members.contains(i))
      #expect(abs(found - wanted) < 1e-13 * max(1, abs(wanted)))
    }
  }

  @Test func resistanceIsWhatIsLeftOfTheWay() throws {
    let values = [0.2, 0.4, 0.9, 0.5, 0.5]
    let none = values.map { _ in 0.0 }
    let reading = try PersonaAdherence(
      of: .init(
        adherences: values, clusters: [0, 1, 2, 3, 4], isMember: values.map { _ in false }, alongTarget: none,
        alongMean: none, lengths: none), weights: nil, cutoffs: .init())
    #expect(abs(reading.resistance - 0.5) < 1e-15)
    // Deviations −.3, −.1, .4, 0, 0: their squares sum to .26, a quarter of which is .065.
    #expect(abs(reading.instability - 0.065.squareRoot()) < 1e-15)
    #expect(reading.quadrant == .both && reading.resistanceInterval == nil && reading.quadrantShare == nil)
  }

  @Test func samplesOfATargetThatIsAllOfTheResponsesMoveWithIt() throws {
    // Along one dimension: responses x, of which the target is the mean, so that resistance is about 0 in every sample.
    var random = SeededGenerator(seed: 2)
    let places = (0..<40).map { _ in 1 + 0.3 * random.nextGaussian() }
    let target = places.reduce(0, +) / 40
    let measure = Adherence(squaredDistance: target * target, members: 40)
    let steps = places.map { $0 - target }
    let responses = PersonaAdherence.Responses(
      adherences: steps.map { measure(along: $0 * target, squared: $0 * $0, isMember: true) },
      clusters: Array(0..<40), isMember: places.map { _ in true }, alongTarget: steps.map { $0 / target },
      alongMean: steps.map { $0 / target }, lengths: steps.map { $0 * $0 / (target * target) })
    let samples = Resamples(of: 40, count: 400, seed: 0, purpose: .responses)
    let weights = Matrix((0..<400).map { samples.counts($0) }, columns: 40)
    let reading = try PersonaAdherence(of: responses, weights: weights, cutoffs: .init())
    let interval = try #require(reading.resistanceInterval)
    #expect(interval.high - interval.low < 0.02 && interval.low <= 0 && interval.high >= 0)
    let spread = try #require(reading.instabilityInterval)
    #expect(spread.low < 0.3 && spread.high > 0.25 && spread.low > 0)
    #expect(reading.quadrant == .adopted || reading.quadrant == .unstable)
    #expect(try #require(reading.quadrantShare) > 0.4)
  }

  @Test func quadrants() {
    let cutoffs = Quadrant.Cutoffs()
    #expect(Quadrant(resistance: 0.1, instability: 0.1, cutoffs: cutoffs) == .adopted)
    #expect(Quadrant(resistance: 0.5, instability: 0.1, cutoffs: cutoffs) == .resistant)
    #expect(Quadrant(resistance: 0.1, instability: 0.25, cutoffs: cutoffs) == .unstable)
    #expect(Quadrant(resistance: 0.9, instability: 0.9, cutoffs: cutoffs) == .both)
    #expect(Quadrant(resistance: 0.9, instability: .nan, cutoffs: cutoffs) == nil)
  }
}
