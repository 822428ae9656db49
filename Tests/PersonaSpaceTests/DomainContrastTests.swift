import PersonaSpace
import Statistics
import Testing

@Suite struct DomainContrastTests {
  @Test func ratesAreOverDomainsAndNotOverAllTogether() {
    var random = SeededGenerator(seed: 2)
    // Conversations of "a" fall by 1 under the first condition and stay under the second; those of "b" fall under both.
    let conversations = ["b", "a"].flatMap { domain in
      (0..<12).flatMap { index in
        [false, true].map { isSecond in
          let fall = domain == "a" && isSecond ? 0.0 : 1.0
          let track = ConversationTrack(
            positions: [1, 1 - fall / 2, 1 - fall].map { $0 + 0.05 * random.nextGaussian() }, turns: [0, 1, 2])
          return DomainContrast.Conversation(
            track, domain: domain, name: "\(index)", isSecond: isSecond)
        }
      }
    }
    let found = DomainContrast.all(conversations, replicates: 200, seed: 1)
    let falls = found.filter { $0.contrast.measure == .fall }
    #expect(falls.map(\.domain) == ["b", "a", nil])
    let (b, a) = (falls[0], falls[1])
    #expect(a.contrast.paired == 12 && falls[2].contrast.paired == 24)
    #expect(a.contrast.probability < 0.01 && abs(a.contrast.reduction.value - 1) < 0.1)
    // Two tests: the smaller probability counts twice, the larger once.
    #expect(abs(a.falseDiscoveryRate - min(2 * a.contrast.probability, b.contrast.probability)) < 1e-12)
    #expect(b.falseDiscoveryRate == b.contrast.probability && falls[2].falseDiscoveryRate.isNaN)
    // One domain is no set of domains.
    let single = DomainContrast.all(Array(conversations.suffix(24)), replicates: 0, seed: 1)
    #expect(single.count == ConditionContrast.Measure.allCases.count && single.allSatisfy { $0.domain == "a" })
  }
}
