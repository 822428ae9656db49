import PersonaSpace
internal import Statistics
import Testing

@Suite struct TwoStateChainTests {
  private func isClose(_ value: Double, _ truth: Double, _ tolerance: Double) -> Bool { abs(value - truth) < tolerance }

  /// By `scripts/python scripts/tether_reference.py`, "chain": another implementation, in NumPy.
  @Test func chainsOfTheDemoAreThoseOfTheReference() throws {
    let therapy = try TwoStateChainFit(PlantedConversations.demo(DemoPositions.therapy))
    #expect(isClose(therapy.leave.value, 0.3400618556846876, 1e-7))
    #expect(isClose(therapy.comeBack.value, 0.16249980253321836, 1e-7))
    #expect(isClose(therapy.chain.home.mean, 0.94783634, 1e-7) && isClose(therapy.chain.away.mean, -0.22927602, 1e-7))
    #expect(isClose(therapy.chain.home.deviation, 0.10084237, 1e-7))
    #expect(isClose(therapy.chain.away.deviation, 0.18553131, 1e-7))
    #expect(isClose(therapy.chain.startHome, 1, 1e-8) && isClose(therapy.logLikelihood, 27.90264414123067, 1e-6))
    for (value, truth) in zip(therapy.atHome[4], [1, 1.55732041e-32, 6.66405815e-54, 0.999999151, 2.61803415e-34]) {
      #expect(isClose(value, truth, 1e-8))
    }
    let philosophy = try TwoStateChainFit(PlantedConversations.demo(DemoPositions.philosophy))
    #expect(isClose(philosophy.leave.value, 0.24268796239487928, 1e-7))
    #expect(isClose(philosophy.comeBack.value, 0.06954692119570985, 1e-7))
    #expect(isClose(philosophy.logLikelihood, 36.5208393801097, 1e-6))
    #expect(therapy.reasons.isEmpty && philosophy.reasons.isEmpty)
  }

  /// By the same script, "chain, thinned": by passes over all turns, of which those that are missing have density 1.
  @Test func turnsThatAreMissingAreBridged() throws {
    let therapy = try TwoStateChainFit(PlantedConversations.demo(DemoPositions.therapy, isThinned: true))
    #expect(isClose(therapy.leave.value, 0.377777331783121, 1e-6))
    #expect(isClose(therapy.comeBack.value, 0.18277799208612217, 1e-6))
    #expect(isClose(therapy.logLikelihood, 12.997660961119157, 1e-6))
    let philosophy = try TwoStateChainFit(PlantedConversations.demo(DemoPositions.philosophy, isThinned: true))
    #expect(isClose(philosophy.leave.value, 0.27426039475169084, 1e-6))
    #expect(isClose(philosophy.comeBack.value, 0.10444329606882578, 1e-6))
    #expect(isClose(philosophy.logLikelihood, 8.805704475105712, 1e-6))
  }

  @Test func ratesDoNotDependOnTheScale() throws {
    let moved = DemoPositions.therapy.map { $0.map { 1e4 + 100 * $0 } }
    let near = try TwoStateChainFit(PlantedConversations.demo(DemoPositions.therapy), replicates: 100, seed: 3)
    let far = try TwoStateChainFit(PlantedConversations.demo(moved), replicates: 100, seed: 3)
    #expect(isClose(far.leave.value, near.leave.value, 1e-6))
    let (nearLow, farLow) = (try #require(near.leave.interval).low, try #require(far.leave.interval).low)
    #expect(isClose(farLow, nearLow, 1e-5))
    #expect(isClose(far.chain.home.mean, 1e4 + 100 * near.chain.home.mean, 1e-4))
    #expect(isClose(far.logLikelihood, near.logLikelihood - 216 * 4.605170185988092, 1e-4))
  }

  /// Of 240 intervals at 95 %, fewer than 90 % or more than 98.4 % happen less than once in 300 times, more so as two are of one group.
  @Test(arguments: [(12, 3), (36, 1)]) func intervalsHoldThePlantedRates(_ clusters: Int, _ samples: Int) throws {
    var coverage = Coverage()
    for seed in 0..<60 {
      var planted = PlantedConversations(clusters: clusters, samples: samples, seed: seed)
      for chain in PlantedConversations.chains {
        let fit = try TwoStateChainFit(planted.group(chain), replicates: 300, seed: 1)
        coverage.count(fit.leave.interval, chain.leave)
        coverage.count(fit.comeBack.interval, chain.comeBack)
      }
    }
    #expect(coverage.all == 240 && coverage.share >= 0.9 && coverage.share < 0.985)
  }

  /// None of some 60 turns away came back: up to 3 in 60 may.
  @Test func whatNeverHappenedHasAnUpperEnd() throws {
    var planted = PlantedConversations(seed: 1)
    let chain = TwoStateChain(
      leave: 0.2, comeBack: 0, home: .init(mean: 1, deviation: 0.1), away: .init(mean: 0, deviation: 0.1), startHome: 1)
    let fit = try TwoStateChainFit(planted.group(chain), replicates: 200, seed: 0)
    let interval = try #require(fit.comeBack.interval)
    #expect(fit.comeBack.value < 1e-6 && interval.low < 1e-3 && interval.high > 0.02 && interval.high < 0.12)
  }

  @Test func oneStateIsNotTwo() throws {
    var planted = PlantedConversations(seed: 2)
    let one = WalkModel(
      reversionRate: 0.999, restingPoint: 0.9, noise: 0, reading: 0.1, start: 0.9, startDeviation: 0)
    let fit = try TwoStateChainFit(planted.group(one), replicates: 100, seed: 0)
    #expect(fit.leave.value.isNaN && fit.comeBack.value.isNaN && fit.awayShare.value.isNaN)
    #expect(fit.reasons.contains { if case .statesNotSeparated = $0 { true } else { false } })
  }

  @Test func aStateOfOneTurnTellsNoRateOfComingBack() throws {
    var planted = PlantedConversations(seed: 3)
    let home = WalkModel(
      reversionRate: 0.999, restingPoint: 0.9, noise: 0, reading: 0.1, start: 0.9, startDeviation: 0)
    var tracks = planted.group(home).tracks
    tracks[0] = ConversationTrack(positions: [0.9, 1, -3, 0.9, 0.8, 1])
    let fit = try TwoStateChainFit(
      ConversationGroup(tracks, names: tracks.indices.map { ["\($0)"] }), replicates: 100, seed: 0)
    #expect(fit.comeBack.value.isNaN && fit.reasons == [.stateNeverVisited(.away)])
    #expect(fit.leave.value < 0.02)
  }

  @Test func fewConversationsHaveNoInterval() throws {
    let rows = Array(DemoPositions.therapy.prefix(12))
    let four = try TwoStateChainFit(PlantedConversations.demo(rows), replicates: 100, seed: 0)
    #expect(four.reasons == [.tooFewClusters(4)] && !four.leave.value.isNaN && four.leave.interval == nil)
    let one = ConversationGroup([ConversationTrack(positions: Array(rows.joined()))], names: [["a"]])
    #expect(try TwoStateChainFit(one, replicates: 100, seed: 0).reasons == [.oneConversation])
  }

  @Test func whatCannotBeFittedSaysWhy() {
    let short = PlantedConversations.demo([[1, 0, 1], [0, 1, 1], [1, 1, 0]])
    #expect(throws: TetherUnfit(reason: .tooFewTurns(9))) { try TwoStateChainFit(short) }
    let still = PlantedConversations.demo([[0.5, 0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5, 0.5]])
    #expect(throws: TetherUnfit(reason: .constantPositions(0.5))) { try TwoStateChainFit(still) }
    #expect(throws: TetherUnfit(reason: .constantPositions(0.5))) { try WalkFit(still) }
  }
}
