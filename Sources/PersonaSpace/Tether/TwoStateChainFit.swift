public import Statistics

/// A two-state chain fitted to a group of conversations, with its intervals.
public struct TwoStateChainFit: Sendable {
  /// The chain of maximum likelihood. Its rates are numbers even where `leave` and `comeBack` are not told.
  public let chain: TwoStateChain
  /// Its natural log-likelihood.
  public let logLikelihood: Double
  /// The posterior probability of home at each turn given its whole conversation; a row for each conversation, as its `turns`.
  public let atHome: [[Double]]
  /// The rates a turn, with intervals by bootstrap over clusters; NaN if not told, `reasons` says why.
  public let leave, comeBack: Estimate
  /// The share of the turns that are away, the mean of 1 − `atHome`; NaN if states are not told.
  public let awayShare: Estimate
  /// Why numbers or intervals are missing.
  public let reasons: [TetherReason]
  /// Whether a turn's state is shown to tell something of the next one's.
  public let hasMemory: Bool

  /// Whether there are two states: told apart, and either with memory, or so far apart that positions alone show both.
  public var isShown: Bool {
    if reasons.contains(where: \.isAboutStates) { return false }
    let isEachVisited = !reasons.contains { if case .stateNeverVisited = $0 { true } else { false } }
    return hasMemory || (isEachVisited && chain.separation >= Self.plainSeparation)
  }

  /// By how much memory must raise the log-likelihood to be shown: half the 95th percentile of χ² with one degree of freedom. Without
  /// it, two states fit a single one that is skewed, flat or of long tails better than any walk does.
  private static let leastGain = 1.921
  /// From here on no single hump passes for two states: fitted to uniform positions, they come as near as 4.
  private static let plainSeparation = 6.0

  /// Fits the chain to `group`, and again to each of `replicates` samples of its clusters; 0 for no intervals.
  ///
  /// - Throws: `TetherUnfit` if nothing can be fitted.
  public init(_ group: ConversationGroup, replicates: Int = 0, seed: UInt64 = 0) throws(TetherUnfit) {
    let turns = try TurnSequences(group.tracks)
    var search = BaumWelch(turns)
    let weights = [Double](repeating: 1, count: turns.ranges.count)
    let best = search.best(weights: weights)
    let (moves, turnsAway, count) = search.moves(weights: weights, under: best.chain)
    chain = best.chain.rescaled(centre: turns.centre, scale: turns.scale)
    logLikelihood = turns.logLikelihood(ofStandard: best.logLikelihood)
    atHome = turns.ranges.indices.map { search.posteriors(of: $0, under: best.chain) }
    var mixture = BaumWelch(turns, isForgetful: true)
    hasMemory = best.logLikelihood - mixture.best(weights: weights).logLikelihood > Self.leastGain

    var reasons = TetherReason.ofClusters(group)
    if chain.separation < TetherReason.leastSeparation { reasons.append(.statesNotSeparated(chain.separation)) }
    let isTold = reasons.allSatisfy { !$0.isAboutStates }
    if moves.fromHome < TetherReason.leastTurnsInState { reasons.append(.stateNeverVisited(.home)) }
    if moves.fromAway < TetherReason.leastTurnsInState { reasons.append(.stateNeverVisited(.away)) }
    self.reasons = reasons

    let isResampled = isTold && group.clusterCount >= Interval.leastClusters
    let drawn = isResampled ? search.resampled(from: best.chain, group, replicates: replicates, seed: seed) : []
    func rate(_ value: Double, _ counts: (Sampled) -> Counts, if told: Bool) -> Estimate {
      guard isTold, told else { return Estimate(.nan) }
      let own = counts(Sampled(moves: moves, turnsAway: turnsAway, turns: count))
      return Estimate(
        value,
        Interval(rateOf: own.events, in: own.count, replicates: drawn.map(counts), clusters: group.clusterCount))
    }
    leave = rate(chain.leave, \.leave, if: !reasons.contains(.stateNeverVisited(.home)))
    comeBack = rate(chain.comeBack, \.comeBack, if: !reasons.contains(.stateNeverVisited(.away)))
    awayShare = rate(turnsAway / count, \.away, if: true)
  }

  fileprivate typealias Counts = (events: Double, count: Double)

  /// What a bootstrap sample says.
  fileprivate struct Sampled: Sendable {
    let moves: ChainMoves
    let turnsAway, turns: Double

    var leave: Counts { (moves.left, moves.fromHome) }
    var comeBack: Counts { (moves.cameBack, moves.fromAway) }
    var away: Counts { (turnsAway, turns) }
  }
}

extension BaumWelch {
  /// What the chain of each sample of the clusters of `group` says, climbed to from `chain`.
  fileprivate mutating func resampled(
    from chain: TwoStateChain, _ group: ConversationGroup, replicates: Int, seed: UInt64
  ) -> [TwoStateChainFit.Sampled] {
    let samples = Resamples(of: group.clusterCount, count: replicates, seed: seed, purpose: .conversations)
    return (0..<replicates).map { index in
      let counts = samples.counts(index)
      let weights = group.clusters.map { counts[$0] }
      let sample = climb(from: chain, weights: weights, iterations: 100, tolerance: 1e-4).chain
      let (moves, turnsAway, turns) = moves(weights: weights, under: sample)
      return TwoStateChainFit.Sampled(moves: moves, turnsAway: turnsAway, turns: turns)
    }
  }
}
