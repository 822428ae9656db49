import PersonaSpace
internal import Statistics
import Testing

@Suite struct TetherChoiceTests {
  /// 36 conversations of 6 turns of the demo's kind: the right model is named in 9 of 10 groups, the wrong one hardly ever.
  @Test(arguments: 0..<2) func theRightModelIsNamed(_ kind: Int) throws {
    let (chain, walk) = (PlantedConversations.chains[kind], PlantedConversations.walks[kind])
    var (switching, walking, wrong) = (0, 0, 0)
    for seed in 0..<60 {
      var planted = PlantedConversations(seed: 1000 + seed)
      let states = try TetherChoice(planted.group(chain), replicates: 300, seed: 1)
      let wander = try TetherChoice(planted.group(walk), replicates: 300, seed: 1)
      switching += states.model == .twoStates ? 1 : 0
      walking += wander.model == .walk ? 1 : 0
      wrong += (states.model == .walk ? 1 : 0) + (wander.model == .twoStates ? 1 : 0)
    }
    // At 9 of 10, fewer than 48 of 60 happen less than once in 100 times.
    #expect(switching >= 54 && walking >= 48 && wrong <= 2)
  }

  @Test func theDemoSwitches() throws {
    for rows in [DemoPositions.therapy, DemoPositions.philosophy] {
      let choice = try TetherChoice(PlantedConversations.demo(rows), replicates: 300, seed: 0)
      #expect(choice.model == .twoStates && choice.better == .twoStates && choice.folds == 10)
      let interval = try #require(choice.advantage.interval)
      #expect(interval.low > 0.3 && interval.low < choice.advantage.value && choice.advantage.value < interval.high)
    }
  }

  @Test func onlyTheModelThatIsNamedHasIntervals() throws {
    let tether = try ConversationTether(
      PlantedConversations.demo(DemoPositions.therapy), replicates: 200, seed: 0)
    #expect(tether.chain.leave.interval != nil && tether.walk.reversionRate.interval == nil)
    #expect(tether.walk.halfLife.value.isNaN)
  }

  @Test func theSameSeedGivesTheSame() throws {
    let group = PlantedConversations.demo(DemoPositions.philosophy)
    let choices = try (0..<2).map { _ in try TetherChoice(group, replicates: 100, seed: 7) }
    #expect(choices[0].advantage == choices[1].advantage)
  }

  @Test func fewConversationsNameNone() throws {
    let one = ConversationGroup(
      [ConversationTrack(positions: Array(DemoPositions.therapy.prefix(4).joined()))], names: [["a"]])
    let choice = try TetherChoice(one, replicates: 100, seed: 0)
    #expect(choice.model == .neither && choice.advantage.value.isNaN && choice.reasons == [.oneConversation])
    let four = try TetherChoice(
      PlantedConversations.demo(Array(DemoPositions.therapy.prefix(12))), replicates: 100, seed: 0)
    #expect(four.model == .neither && four.folds == 4 && !four.advantage.value.isNaN)
    #expect(four.reasons == [.tooFewClusters(4), .modelsNotTold])
  }
}
