import PersonaSpace
internal import Statistics
import Testing

@Suite struct ConversationTetherTests {
  /// Positions about .8 that know nothing of one another: normal, or flat, which two states fit better than one.
  @Test(arguments: [false, true]) func noiseNamesNoModel(isFlat: Bool) throws {
    var random = SeededGenerator(seed: 9, purpose: .init(rawValue: 0x6E6F_6973))
    var named = 0
    for _ in 0..<60 {
      let rows = (0..<20).map { _ in
        (0..<8).map { _ in isFlat ? Double.random(in: 0..<1, using: &random) : 0.8 + 0.1 * random.nextGaussian() }
      }
      let group = ConversationGroup(
        rows.map { ConversationTrack(positions: $0) }, names: rows.indices.map { ["\($0)"] })
      let tether = try ConversationTether(group, replicates: 200, seed: 0)
      named += tether.model == .neither ? 0 : 1
      #expect(tether.model != .neither || !tether.reasons.isEmpty)
    }
    // At 1 in 20, more than 7 of 60 happen less than once in 100 times.
    #expect(named <= 7)
  }

  /// Two states that are ten standard deviations apart need no memory to be seen.
  @Test func switchesByLotAreTwoStates() throws {
    var planted = PlantedConversations(clusters: 20, samples: 1, turns: 8, seed: 3)
    let chain = TwoStateChain(
      leave: 0.5, comeBack: 0.5, home: .init(mean: 1, deviation: 0.1), away: .init(mean: 0, deviation: 0.1),
      startHome: 0.5)
    let tether = try ConversationTether(planted.group(chain), replicates: 200, seed: 0)
    let (leave, comeBack) = (try #require(tether.chain.leave.interval), try #require(tether.chain.comeBack.interval))
    #expect(tether.model == .twoStates && leave.low < 0.5 && leave.high > 0.5)
    #expect(comeBack.low < 0.5 && comeBack.high > 0.5)
  }

  @Test func whatNamesNoModelSaysWhy() throws {
    let four = PlantedConversations.demo(Array(DemoPositions.therapy.prefix(12)))
    #expect(throws: TetherUnfit(reason: .tooFewClusters(4))) { try ConversationTether(four, replicates: 100, seed: 0) }
    let all = PlantedConversations.demo(DemoPositions.therapy)
    #expect(throws: TetherUnfit(reason: .tooFewReplicates)) { try ConversationTether(all, replicates: 39, seed: 0) }
    let first = PlantedConversations.demo(DemoPositions.therapy.map { [$0[0]] })
    #expect(throws: TetherUnfit(reason: .noSecondTurn)) { try ConversationTether(first, replicates: 100, seed: 0) }
    let huge = PlantedConversations.demo(DemoPositions.therapy.map { $0.map { $0 * 1e200 } })
    #expect(throws: TetherUnfit(reason: .beyondRange)) { try ConversationTether(huge, replicates: 100, seed: 0) }
  }

  /// 24 conversations in two domains of which one may lie `apart` from the other.
  private func domains(apart: Double, seed: Int) -> DomainLevels {
    var planted = PlantedConversations(clusters: 24, samples: 1, seed: seed)
    let group = planted.group(PlantedConversations.chains[0])
    let tracks = group.tracks.enumerated().map { index, track in
      ConversationTrack(positions: track.positions.map { $0 + (index % 2 == 0 ? apart : 0) })
    }
    let names = tracks.indices.map { ["\($0)"] }
    return DomainLevels(
      ConversationGroup(tracks, names: names), domains: tracks.indices.map { "\($0 % 2)" }, seed: 1)
  }

  @Test func domainsAreOneGroupIfTheyLieAtOneLevel() {
    let same = (0..<100).count { domains(apart: 0, seed: $0).mayBePooled }
    // At 9 of 10, fewer than 82 of 100 happen less than once in 100 times.
    #expect(same >= 82 && (0..<20).allSatisfy { !domains(apart: 1, seed: $0).mayBePooled })
  }

  /// 6 ways to deal four conversations out to two domains show nothing.
  @Test func fewConversationsTellNothingOfDomains() {
    let group = PlantedConversations.demo(Array(DemoPositions.therapy.prefix(12)))
    let levels = DomainLevels(group, domains: (0..<12).map { "\($0 / 6)" }, seed: 0)
    #expect(levels.probability.isNaN && !levels.mayBePooled)
  }

  /// Blocks of 3 of 14 tokens are 4 and two are left: means 2, 5, 8, 11 vary by 15, their mean by a quarter.
  @Test func errorsOfMeansOfBlocks() {
    var batches = BatchMeans(tokens: 14)
    for value in 1...14 { batches.add(Double(value)) }
    #expect(abs(batches.standardError - (15.0 / 4).squareRoot()) < 1e-15)
    var few = BatchMeans(tokens: 11)
    for value in 1...11 { few.add(Double(value)) }
    #expect(few.standardError.isNaN && BatchMeans(tokens: 0).standardError.isNaN)
  }
}
