import Statistics
import Testing

@Suite struct SampleVarianceTests {
  @Test func byHand() {
    // Deviations −2, −1, 0, 3 about 3: 14 / 3.
    #expect(abs(sampleVariance(of: [1, 2, 3, 6]) - 14.0 / 3) < 1e-15)
    #expect(sampleVariance(of: [5]).isNaN && sampleVariance(of: []).isNaN && standardDeviation(of: [2, 2]) == 0)
    #expect(centred([1, 2, 6]) == [-2, -1, 3])
  }

  /// What values share costs no digits.
  @Test func aLargeOffsetCostsNothing() {
    #expect(standardDeviation(of: [0, 1, 2].map { 1e15 + $0 }) == 1)
  }
}
