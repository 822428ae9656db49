import Foundation
import PersonaSpace
import Testing

@Suite struct IntervalTests {
  @Test func percentiles() throws {
    let interval = try #require(Interval(percentilesOf: (0...1000).map { Double($0) } + [.nan]))
    #expect(interval == Interval(low: 25, high: 975))
    #expect(Interval(percentilesOf: (0..<39).map { Double($0) }) == nil)
  }

  @Test func symmetricOnItsScale() throws {
    // Distances 0…1000 from the estimate, all on one side: 950 to either side, less half the bias of 500.
    let plain = try #require(Interval(about: 10, of: (0...1000).map { 10 + Double($0) }, on: .plain))
    #expect(plain == Interval(low: -1190, high: 710))
    // z = artanh: distances −0.5…0.5 about the estimate, no bias, 95 % within .475.
    let cosine = try #require(
      Interval(about: tanh(1), of: (0...1000).map { tanh(0.5 + 0.001 * Double($0)) }, on: .fisher))
    #expect(abs(cosine.low - tanh(0.525)) < 1e-12 && abs(cosine.high - tanh(1.475)) < 1e-12)
    let share = try #require(Interval(about: 0.5, of: (0...1000).map { 0.4 + 0.0002 * Double($0) }, on: .logit))
    #expect(abs(share.low + share.high - 1) < 1e-12)
    #expect(Interval(about: .nan, of: [Double](repeating: 1, count: 100), on: .plain) == nil)
  }

  @Test func samplesAreTheSameForTheirSeedAndFullSize() {
    let samples = Resamples(of: 30, count: 200, seed: 3, purpose: .roles)
    for index in [0, 7, 199] {
      let counts = samples.counts(index)
      #expect(counts.reduce(0, +) == 30)
      var tally = [Double](repeating: 0, count: 30)
      for member in samples.members(index) { tally[member] += 1 }
      #expect(tally == counts)
      #expect(counts != Resamples(of: 30, count: 200, seed: 4, purpose: .roles).counts(index))
      #expect(counts != Resamples(of: 30, count: 200, seed: 3, purpose: .assistant).counts(index))
    }
    // Each thing is drawn once a sample on average, with the variance 1 − 1/30 of a binomial count.
    let all = (0..<200).flatMap { samples.counts($0) }
    let variance = all.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / Double(all.count)
    #expect(abs(variance - 29.0 / 30) < 0.1)
  }

  @Test func ranksAndCorrelations() {
    #expect(midranks(of: [3, 1, 3, 2]) == [3.5, 1, 3.5, 2])
    #expect(spearmanCorrelation([1, 2, 3, 4], [1, 8, 27, 64]) == 1)
    // By hand: ranks 1 2 3 4 5 against 2 1 4 3 5: 1 − 6 · 4 / 120.
    #expect(abs(spearmanCorrelation([1, 2, 3, 4, 5], [20, 10, 40, 30, 50]) - 0.8) < 1e-15)
    #expect(pearsonCorrelation([1, 2], [5, 5]).isNaN && pearsonCorrelation([1], [1]).isNaN)
  }
}
