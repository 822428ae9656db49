import Statistics
import Testing

@Suite struct SeededGeneratorTests {
  /// Each of the six orders of three things is drawn as often as another, and what lies beside the range stays.
  @Test func ordersAreEquallyLikely() {
    var generator = SeededGenerator(seed: 1, purpose: .folds)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 {
      var elements = [9, 0, 1, 2, 8]
      generator.shuffle(&elements, in: 1..<4)
      #expect(elements[0] == 9 && elements[4] == 8)
      counts[Array(elements[1..<4]), default: 0] += 1
    }
    // χ² of five degrees of freedom is above 20.5 once in a thousand times.
    #expect(counts.count == 6)
    #expect(counts.values.reduce(0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 } < 20.5)
    var (none, one) = ([Int](), [7])
    generator.shuffle(&none)
    generator.shuffle(&one)
    #expect(none.isEmpty && one == [7])
  }

  @Test func purposesDrawSequencesOfTheirOwn() {
    let purposes: [SeededGenerator.Purpose] = [
      .unnamed, .roles, .assistant, .conversations, .firstCondition, .secondCondition, .responses, .exchangedConditions,
      .changePoint, .levels, .parallelAnalysis, .shuffledAxis, .folds, .questionHalves, .promptHalves,
      .eigenvectorStart, .syntheticRoles, .syntheticLayers, .syntheticRoleNoise, .syntheticConversations,
      .syntheticActivations, .syntheticQuestions, .syntheticPrompts, .syntheticResponses,
      .syntheticAssistantResponses, .syntheticRegeneration(1), .syntheticRegeneration(2),
      .syntheticResponseNoise(layer: 0), .syntheticResponseNoise(layer: 1), .syntheticAssistantNoise(layer: 0),
      .syntheticAssistantNoise(layer: 1),
    ]
    let firsts = purposes.map { purpose in
      var generator = SeededGenerator(seed: 0, purpose: purpose)
      return generator.next()
    }
    #expect(Set(firsts).count == purposes.count)
    // Of one value, as they say.
    #expect(SeededGenerator.Purpose.exchangedConditions == .shuffledBlocks)
    #expect(SeededGenerator.Purpose.exchangedConditions == .pairedRoles)
  }
}
