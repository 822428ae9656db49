public import Statistics

/// Which of two models of conversations, a two-state chain or a walk, predicts those better that it was not fitted to.
public struct TetherChoice: Sendable {
  /// What a group's conversations do.
  public enum Model: Sendable, Hashable {
    /// They switch between two states.
    case twoStates
    /// They wander about a resting point.
    case walk
    /// Which of the two is not told.
    case neither
  }

  /// The model whose advantage has an interval above 0.
  public let model: Model
  /// The model that predicts better, whether told or not: never `neither`.
  public let better: Model
  /// The log-likelihood of held-out conversations under `better` less that under the other, in nats a turn, with its interval over
  /// clusters; NaN if nothing can be held out.
  public let advantage: Estimate
  /// The number of folds.
  public let folds: Int
  /// Why no model is named, or has no interval.
  public let reasons: [TetherReason]

  /// The most folds: leaving more out at a time leaves less to learn from.
  public static let mostFolds = 10

  /// Fits both models to all but a fold of the clusters of `group`, regenerations with their conversation, and asks both for the
  /// density of the turns of those left out; in as many folds as there are clusters, `mostFolds` at most.
  ///
  /// - Throws: `TetherUnfit` if nothing can be fitted.
  public init(
    _ group: ConversationGroup, reading error: ReadingError = .estimated,
    restingPoints: WalkFit.RestingPoints = .whicheverFits, replicates: Int, seed: UInt64
  ) throws(TetherUnfit) {
    let turns = try TurnSequences(group.tracks)
    guard group.clusterCount >= 2 else {
      (model, better, advantage, folds) = (.neither, .twoStates, Estimate(.nan), 0)
      reasons = TetherReason.ofClusters(group)
      return
    }
    let held = GroupedFolds(groups: group.clusters, count: min(group.clusterCount, Self.mostFolds), seed: seed)
    var gains = [Double](repeating: 0, count: group.clusterCount)
    for fold in held.heldOut {
      let gain = Self.gains(of: fold, in: turns, reading: error, restingPoints)
      for (conversation, value) in zip(fold, gain) { gains[group.clusters[conversation]] += value }
    }
    var sizes = [Double](repeating: 0, count: group.clusterCount)
    for (cluster, range) in zip(group.clusters, turns.ranges) { sizes[cluster] += Double(range.count) }
    let mean = gains.reduce(0, +) / sizes.reduce(0, +)
    let isChain = mean >= 0
    if !isChain { gains = gains.map { -$0 } }
    let samples = Resamples(of: group.clusterCount, count: replicates, seed: seed, purpose: .conversations)
    let drawn = (0..<replicates).map { index in
      let counts = samples.counts(index)
      func sum(_ values: [Double]) -> Double { zip(counts, values).reduce(0) { $0 + $1.0 * $1.1 } }
      return sum(gains) / sum(sizes)
    }
    let interval = Interval(percentilesOf: drawn, clusters: group.clusterCount)
    let isTold = interval.map { $0.low > 0 } ?? false
    folds = held.heldOut.count
    better = isChain ? .twoStates : .walk
    model = isTold ? better : .neither
    advantage = Estimate(abs(mean), interval)
    reasons = TetherReason.ofClusters(group) + (isTold ? [] : [.modelsNotTold])
  }

  /// For each conversation of `fold`, by how much its log-likelihood is greater under two states than under a walk, both fitted to the
  /// others.
  private static func gains(
    of fold: [Int], in turns: TurnSequences, reading: ReadingError, _ points: WalkFit.RestingPoints
  ) -> [Double] {
    var weights = [Double](repeating: 1, count: turns.ranges.count)
    for conversation in fold { weights[conversation] = 0 }
    var states = BaumWelch(turns, pseudoCount: 0.5)
    let chain = states.best(weights: weights, tolerance: 1e-5).chain
    let walk = WalkSearch.best(turns, reading: reading, points, weights: weights, tolerance: 1e-4).taken
    return fold.map {
      states.logLikelihood(of: $0, under: chain) - walk.search.logLikelihood(of: $0, under: walk.found)
    }
  }
}
