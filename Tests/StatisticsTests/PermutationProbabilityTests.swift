import Statistics
import Testing

@Suite struct PermutationProbabilityTests {
  @Test func countsWhatWasFound() {
    #expect(permutationProbability(asFarOut: 0, of: 999) == 0.001)
    #expect(permutationProbability(asFarOut: 49, of: 999) == 0.05)
    #expect(permutationProbability(asFarOut: 999, of: 999) == 1 && permutationProbability(asFarOut: 0, of: 0) == 1)
  }

  @Test func moreThanThereAreIsAMistake() async {
    await #expect(processExitsWith: .failure) { _ = permutationProbability(asFarOut: 2, of: 1) }
  }
}
