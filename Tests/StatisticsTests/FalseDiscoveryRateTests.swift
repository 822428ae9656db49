import Statistics
import Testing

@Suite struct FalseDiscoveryRateTests {
  /// Benjamini and Hochberg by hand: pᵢ · m / rank, and the least of those above.
  @Test func byHand() {
    let rates = falseDiscoveryRates([0.04, 0.01, .nan, 0.03, 0.8])
    let wanted = [0.04 * 4 / 3, 0.04, .nan, 0.04 * 4 / 3, 0.8]
    for (rate, value) in zip(rates, wanted) { #expect(value.isNaN ? rate.isNaN : abs(rate - value) < 1e-15) }
  }
}
