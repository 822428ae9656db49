import Statistics
import Testing

@Suite struct LevelTrendTests {
  /// Every pair of different levels rises: 12 of 12 pairs, and no other order of six positions does.
  @Test func aPerfectTrend() {
    let trend = LevelTrend(
      positions: [1, 2, 3, 4, 5, 6], levels: [1, 1, 2, 2, 3, 3], replicates: 0, seed: 1)
    #expect(trend.jonckheere == 12 && trend.levels == 3 && trend.interval == nil)
    // Midranks of the levels are 1.5, 3.5 and 5.5: covariance 16 of √(17.5 · 16).
    #expect(abs(trend.spearman - 16 / (17.5 * 16).squareRoot()) < 1e-14)
    // Of the 90 ways to deal the levels out 2 are as far out: p is 1/45 up to the noise of 999 draws, .005.
    #expect(abs(trend.jonckheereProbability - 1.0 / 45) < 0.02)
  }

  @Test func aTieCountsHalf() {
    #expect(LevelTrend(positions: [1, 1, 2], levels: [1, 2, 2], replicates: 0, seed: 1).jonckheere == 1.5)
  }

  @Test func oneLevelHasNoTrend() {
    let trend = LevelTrend(positions: [1, 2, 3], levels: [1, 1, 1], replicates: 0, seed: 1)
    #expect(trend.spearman.isNaN && trend.spearmanProbability.isNaN && trend.jonckheereProbability.isNaN)
  }
}
