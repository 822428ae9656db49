import Foundation
import Statistics
import Testing

@Suite struct IntervalTests {
  @Test func percentiles() throws {
    let interval = try #require(Interval(percentilesOf: (0...1000).map { Double($0) } + [.nan]))
    #expect(interval == Interval(low: 25, high: 975))
    #expect(Interval(percentilesOf: (0..<39).map { Double($0) }) == nil)
  }

  @Test func reflectedAboutTheEstimateOnItsScale() throws {
    // Replicates 0…1000 above the estimate, 25 and 975 at their percentiles: as far below it. The estimate is kept inside.
    let plain = try #require(Interval(about: 10, of: (0...1000).map { 10 + Double($0) }, on: .plain))
    #expect(plain == Interval(low: -965, high: 10))
    let lopsided = try #require(Interval(about: 10, of: (0...1000).map { Double($0) }, on: .plain))
    #expect(lopsided == Interval(low: -955, high: 10))
    // z = artanh: distances −0.4…0.6 about the estimate, −.375 and .575 at the percentiles.
    let cosine = try #require(
      Interval(about: tanh(1), of: (0...1000).map { tanh(0.6 + 0.001 * Double($0)) }, on: .fisher))
    #expect(abs(cosine.low - tanh(1 - 0.575)) < 1e-12 && abs(cosine.high - tanh(1 + 0.375)) < 1e-12)
    let share = try #require(Interval(about: 0.5, of: (0...1000).map { 0.4 + 0.0002 * Double($0) }, on: .logit))
    #expect(abs(share.low + share.high - 1) < 1e-12)
    #expect(Interval(about: .nan, of: [Double](repeating: 1, count: 100), on: .plain) == nil)
  }

  @Test func normalOnTheScaleOfTheAngle() throws {
    // Angles .5 ± .1 about .6: bias −.1, of which half is allowed for, and a standard deviation of .1 √(1000 / 999).
    let replicates = (0..<1000).map { sin($0 % 2 == 0 ? 0.4 : 0.6) }
    let interval = try #require(Interval(normalAbout: sin(0.6), lessBias: 0.5, of: replicates, on: .angle))
    let reach = 1.959964 * 0.1 * (1000.0 / 999).squareRoot()
    #expect(abs(interval.low - sin(0.65 - reach)) < 1e-6 && abs(interval.high - sin(0.65 + reach)) < 1e-6)
    // No cosine is above 1.
    let high = try #require(Interval(normalAbout: 0.999, lessBias: 0.5, of: replicates, on: .angle))
    #expect(high.high == 1)
  }

  @Test func fewThingsWidenIt() throws {
    // t with 9 degrees of freedom: 2.262157 at 5 % two-sided (tables); √(10/9) · 2.262157 / 1.959964 = 1.2166157.
    let replicates = (0...1000).map { Double($0) - 500 }
    let plain = try #require(Interval(about: 0, of: replicates, on: .plain))
    let wide = try #require(
      Interval(about: 0, of: replicates, on: .plain, widenedBy: Interval.widening(forSamplesOf: 10)))
    #expect(plain == Interval(low: -475, high: 475))
    #expect(abs(wide.high / plain.high - 1.2166157) < 1e-6 && abs(wide.low / plain.low - 1.2166157) < 1e-6)
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
