import PersonaSpace
internal import Statistics
import Testing

@Suite struct WalkFitTests {
  private func isClose(_ value: Double, _ truth: Double, _ tolerance: Double) -> Bool { abs(value - truth) < tolerance }

  /// By `scripts/python scripts/tether_reference.py`, "walk": SciPy on the density of a conversation's turns as one normal vector.
  @Test func walksOfTheDemoAreThoseOfTheReference() throws {
    let therapy = try WalkFit(PlantedConversations.demo(DemoPositions.therapy), restingPoints: .common)
    #expect(isClose(therapy.logLikelihood, -105.48095349544936, 1e-4))
    #expect(isClose(therapy.model.reversionRate, 0.53427, 1e-3) && isClose(therapy.model.restingPoint, 0.153816, 1e-3))
    #expect(isClose(therapy.model.noise, 0.518767, 1e-3) && isClose(therapy.model.reading, 0.055756, 5e-3))
    #expect(isClose(therapy.model.start, 0.987211, 1e-3) && isClose(therapy.model.startDeviation, 0.078961, 5e-3))
    let philosophy = try WalkFit(PlantedConversations.demo(DemoPositions.philosophy), restingPoints: .common)
    #expect(isClose(philosophy.logLikelihood, -81.69839745332315, 1e-4))
    #expect(isClose(philosophy.model.reversionRate, 0.21396, 1e-3))
    #expect(isClose(philosophy.model.restingPoint, -0.277157, 3e-3))
  }

  /// By the same script, "walk, thinned".
  @Test func turnsThatAreMissingAreBridged() throws {
    let fit = try WalkFit(PlantedConversations.demo(DemoPositions.therapy, isThinned: true), restingPoints: .common)
    #expect(isClose(fit.logLikelihood, -73.38044851050915, 1e-4))
    #expect(isClose(fit.model.reversionRate, 0.603188, 2e-3) && isClose(fit.model.noise, 0.544318, 2e-3))
  }

  /// By the same script, "walk, own points" and "walk, reading .15".
  @Test func restingPointsByConversationAndAGivenReadingError() throws {
    let group = PlantedConversations.demo(DemoPositions.therapy)
    let own = try WalkFit(group, restingPoints: .byConversation)
    #expect(isClose(own.logLikelihood, -104.65120177411279, 1e-4))
    #expect(isClose(own.model.reversionRate, 0.64105, 3e-3) && isClose(own.model.restingDeviation, 0.285777, 3e-3))
    let given = try WalkFit(group, reading: .known(0.15), restingPoints: .common)
    #expect(isClose(given.logLikelihood, -111.29537030049988, 1e-4))
    #expect(isClose(given.model.reversionRate, 0.520621, 1e-3) && isClose(given.model.noise, 0.500614, 1e-3))
    #expect(given.reading == Estimate(0.15))
    let rows = [[Double]](repeating: [Double](repeating: 0.15, count: 6), count: 36)
    let byTurn = try WalkFit(group, reading: .byTurn(rows), restingPoints: .common)
    #expect(isClose(byTurn.logLikelihood, given.logLikelihood, 1e-9))
    // They do not raise the likelihood by what they must.
    #expect(try WalkFit(group).model.restingDeviation == 0)
  }

  /// By the same script, "walk, about levels": the demo with a level of its own added to each conversation.
  @Test(arguments: [
    (DemoPositions.therapy, 0.544671, 0.405245, -160.56561081785532),
    (DemoPositions.philosophy, 0.168854, 0.264088, -130.35703113817178),
  ])
  func conversationsStartAboutTheirOwnRestingPoints(
    _ rows: [[Double]], rate: Double, deviation: Double, logLikelihood: Double
  ) throws {
    let shifted = rows.enumerated().map { row, positions in positions.map { $0 + (Double(row % 6) - 2.5) / 4 } }
    let fit = try WalkFit(PlantedConversations.demo(shifted), restingPoints: .byConversationFromStart)
    #expect(fit.model.startsAtOwnPoint && isClose(fit.logLikelihood, logLikelihood, 1e-4))
    #expect(isClose(fit.model.reversionRate, rate, 2e-3) && isClose(fit.model.restingDeviation, deviation, 3e-3))
  }

  /// The same conversations five times over have the same walk and five times the logarithm of the likelihood; so many are taken by
  /// their sums of products. By the script's numbers, with all turns and with some missing.
  @Test func manyConversationsAreTakenByTheirSums() throws {
    let rows = (0..<5).flatMap { _ in DemoPositions.therapy }
    let fit = try WalkFit(PlantedConversations.demo(rows), restingPoints: .common)
    #expect(isClose(fit.logLikelihood, 5 * -105.48095349544936, 5e-4))
    #expect(isClose(fit.model.reversionRate, 0.53427, 1e-3) && isClose(fit.model.restingPoint, 0.153816, 1e-3))
    #expect(isClose(fit.model.noise, 0.518767, 1e-3) && isClose(fit.model.start, 0.987211, 1e-3))
    let own = try WalkFit(PlantedConversations.demo(rows), restingPoints: .byConversation)
    #expect(isClose(own.logLikelihood, 5 * -104.65120177411279, 5e-4))
    #expect(isClose(own.model.reversionRate, 0.64105, 3e-3) && isClose(own.model.restingDeviation, 0.285777, 3e-3))
  }

  /// Means of blocks 1, 2, 3 and 6 vary by 14 / 3; their mean by a quarter of it.
  @Test func readingErrorOfBlocks() {
    #expect(isClose(ReadingError.deviation(ofBlocks: [1, 2, 3, 6]), (14.0 / 12).squareRoot(), 1e-15))
    #expect(ReadingError.deviation(ofBlocks: [1]).isNaN)
  }

  /// Of 120 groups, intervals of 95 % hold less than 86 % or all once in a few thousand times.
  @Test func intervalsHoldThePlantedNumbers() throws {
    var (rate, point, noise) = (Coverage(), Coverage(), Coverage())
    for seed in 0..<60 {
      var planted = PlantedConversations(seed: seed)
      for walk in PlantedConversations.walks {
        let fit = try WalkFit(planted.group(walk), replicates: 300, seed: 1)
        rate.count(fit.reversionRate.interval, walk.reversionRate)
        point.count(fit.restingPoint.interval, walk.restingPoint)
        noise.count(fit.noise.interval, walk.noise)
      }
    }
    // Of 300 groups of another generator the faster walk shows memory, and so noise, in 274, the slower one a pull, and so a resting point,
    // in 264.
    #expect(rate.all >= 110 && noise.all >= 106 && point.all >= 100)
    for coverage in [rate, point, noise] {
      #expect(coverage.share >= 0.86 && coverage.held < coverage.all)
    }
  }

  @Test func ownRestingPointsAreFound() throws {
    var planted = PlantedConversations(clusters: 36, samples: 1, seed: 5)
    let walk = WalkModel(
      reversionRate: 0.5, restingPoint: 0, restingDeviation: 0.3, noise: 0.15, reading: 0.05, start: 0.95,
      startDeviation: 0.05)
    let fit = try WalkFit(planted.group(walk), replicates: 200, seed: 0)
    #expect(isClose(fit.model.restingDeviation, 0.3, 0.12) && isClose(fit.reversionRate.value, 0.5, 0.1))
  }

  @Test func noiseAloneHasNoHalfLife() throws {
    let white = WalkModel(
      reversionRate: 0.999, restingPoint: 0.8, noise: 0, reading: 0.12, start: 0.8, startDeviation: 0)
    var shown = 0
    for seed in 0..<100 {
      var planted = PlantedConversations(seed: seed)
      let fit = try WalkFit(planted.group(white), replicates: 100, seed: 0)
      shown += fit.halfLife.value.isNaN ? 0 : 1
      #expect(!fit.halfLife.value.isNaN || fit.reasons.contains(.noMemory) || fit.reasons.contains(.noPull))
    }
    // At 1 in 20, more than 11 of 100 happen less than once in 200 times.
    #expect(shown <= 11)
  }

  @Test func aWalkWithoutPullHasNoRestingPoint() throws {
    let free = WalkModel(
      reversionRate: 0, restingPoint: 0, noise: 0.15, reading: 0.05, start: 0.95, startDeviation: 0.05)
    var told = 0
    for seed in 0..<60 {
      var planted = PlantedConversations(clusters: 36, samples: 1, seed: seed)
      let fit = try WalkFit(planted.group(free), replicates: 100, seed: 0)
      told += fit.restingPoint.value.isNaN ? 0 : 1
      #expect(fit.restingPoint.value.isNaN == fit.reasons.contains(.noPull))
      #expect(fit.halfLife.value.isNaN || !fit.reasons.contains(.noPull))
    }
    #expect(told <= 9)
  }
}
