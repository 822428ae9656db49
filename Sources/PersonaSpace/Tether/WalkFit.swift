internal import Glibc
public import Statistics

/// A walk fitted to a group of conversations, with its intervals.
public struct WalkFit: Sendable {
  /// Whose resting points a walk has.
  public enum RestingPoints: Sendable, Hashable {
    /// All conversations share one.
    case common
    /// Each has its own, normal about their mean, of which its start knows nothing.
    case byConversation
    /// Each has its own, normal about their mean, and starts about it.
    case byConversationFromStart
    /// Their own, in the better of the two ways, if that raises the log-likelihood by more than it would by chance in 95 of 100 groups
    /// that share one.
    case whicheverFits
  }

  /// The walk of maximum likelihood. Its numbers are there even where the estimates below are not told.
  public let model: WalkModel
  /// Its natural log-likelihood.
  public let logLikelihood: Double
  /// The reversion rate, the noise of a step and the reading error, with intervals by bootstrap over clusters; NaN if not told,
  /// `reasons` says why: the rate if its interval shows neither memory nor a pull. The reading error has no interval if it was given.
  public let reversionRate, noise, reading: Estimate
  /// The mean resting point; NaN without a pull.
  public let restingPoint: Estimate
  /// The half-life in turns, with the ends of the reversion rate's interval; only where both memory and a pull are shown.
  public let halfLife: Estimate
  /// The standard deviation of the walk in the long run; NaN without a pull, and where it is not told from the reading error.
  public let stationaryDeviation: Estimate
  /// Why numbers or intervals are missing.
  public let reasons: [TetherReason]
  /// By how much the log-likelihood is above that of turns without memory; negative if conversations' own resting points alone
  /// describe the turns better than the walk.
  let memoryGain: Double

  /// Reversion rates nearer to 0 than the first are at the edge of the search, where there is no pull; beyond the other, half of a gap
  /// is closed in a fifth of a turn, which no turns tell from no memory.
  private static let noPull = 0.002, noMemory = 0.98
  /// By how much memory must raise the log-likelihood to be shown: half the 95th percentile of χ² with two degrees of freedom, as
  /// without it the reading error is not told either. The interval alone shows memory in a tenth of groups that have none.
  static let leastGain = 2.996

  /// Fits the walk to `group`, and again to each of `replicates` samples of its clusters; 0 for no intervals.
  ///
  /// - Throws: `TetherUnfit` if nothing can be fitted.
  public init(
    _ group: ConversationGroup, reading error: ReadingError = .estimated, restingPoints: RestingPoints = .whicheverFits,
    replicates: Int = 0, seed: UInt64 = 0
  ) throws(TetherUnfit) {
    let turns = try TurnSequences(group.tracks)
    let weights = [Double](repeating: 1, count: turns.ranges.count)
    let choice = WalkSearch.best(turns, reading: error, restingPoints, weights: weights)
    let found = choice.taken.found
    let model = found.model(turns, error)
    let isResampled = group.clusterCount >= Interval.leastClusters
    func samples(_ candidate: WalkSearch.Candidate) -> Samples {
      let drawn = candidate.search.resampled(
        from: candidate.found, group, replicates: isResampled ? replicates : 0, seed: seed)
      return Samples(model: candidate.found.model(turns, error), drawn: drawn.map { $0.model(turns, error) })
    }
    let own = samples(choice.taken)
    let rivals = replicates > 0 ? choice.rivals : []
    let all = [own] + rivals.map(samples)
    let others = rivals.map { 1 - $0.found.variances.memory }.filter { rate in
      own.interval(\.reversionRate, on: .plain, clusters: group.clusterCount).map { !$0.holds(rate) } ?? false
    }
    func interval(_ value: (WalkModel) -> Double, on scale: Interval.Scale) -> Interval? {
      all.compactMap { $0.interval(value, on: scale, clusters: group.clusterCount) }.spanned
    }
    let rate = interval(\.reversionRate, on: .plain).map {
      Interval(low: $0.low < Self.noPull ? 0 : $0.low, high: $0.high > Self.noMemory ? 1 : $0.high)
    }
    // Resting points of their own make turns of a conversation alike without any memory of the last one.
    memoryGain =
      found.logLikelihood - WalkSearch.forgetful(turns, reading: error, restingPoints, weights: weights)
    let hasMemory = memoryGain > Self.leastGain && (rate.map { $0.high < 1 } ?? false)
    let hasPull = rate.map { $0.low > 0 } ?? false
    let isReadingGiven = error != .estimated
    let isNoiseTold = hasMemory || isReadingGiven
    func estimate(_ value: (WalkModel) -> Double, on scale: Interval.Scale, if told: Bool) -> Estimate {
      told ? Estimate(value(model), interval(value, on: scale)) : Estimate(.nan)
    }

    (self.model, logLikelihood) = (model, turns.logLikelihood(ofStandard: found.logLikelihood))
    reasons =
      TetherReason.ofClusters(group) + (hasMemory ? [] : [.noMemory]) + (hasPull ? [] : [.noPull])
      + (others.isEmpty ? [] : [.rateDependsOnRestingPoints(others: others)])
      + (replicates > 0 ? Self.commonCourse(group.tracks, reading: error, restingPoints, outside: rate) : [])
    reversionRate = rate != nil && !hasMemory && !hasPull ? Estimate(.nan) : Estimate(model.reversionRate, rate)
    noise = estimate(\.noise, on: .logarithm, if: isNoiseTold)
    let read = isReadingGiven ? Estimate(model.reading) : estimate(\.reading, on: .plain, if: hasMemory)
    reading = Estimate(read.value, read.interval.map { Interval(low: max($0.low, 0), high: $0.high) })
    restingPoint = estimate(\.restingPoint, on: .plain, if: hasPull)
    stationaryDeviation = estimate(\.stationaryDeviation, on: .logarithm, if: hasPull && isNoiseTold)
    let ends = rate.map { Interval(low: WalkModel.halfLife($0.high), high: WalkModel.halfLife($0.low)) }
    halfLife = hasMemory && hasPull ? Estimate(model.halfLife, ends) : Estimate(.nan)
  }
}

/// A walk, and those of bootstrap samples.
private struct Samples {
  let model: WalkModel
  let drawn: [WalkModel]

  func interval(_ value: (WalkModel) -> Double, on scale: Interval.Scale, clusters: Int) -> Interval? {
    Interval(joinedAbout: value(model), of: drawn.map(value), on: scale, clusters: clusters)
  }
}

extension [Interval] {
  /// From the least end to the greatest; nil if there is none.
  fileprivate var spanned: Interval? {
    guard let low = map(\.low).min(), let high = map(\.high).max() else { return nil }
    return Interval(low: low, high: high)
  }
}

extension WalkSearch.Choice {
  /// The walks of other resting points that describe the turns nearly as well as the one taken; without those that are that very walk.
  fileprivate var rivals: [WalkSearch.Candidate] {
    let own = taken.found
    return others.filter { other in
      let isSame =
        abs(other.found.logLikelihood - own.logLikelihood) < 0.01
        && abs(other.found.variances.memory - own.variances.memory) < 1e-3
      return !isSame && own.logLikelihood - other.found.logLikelihood < WalkSearch.leastGain
    }
  }
}

extension WalkSearch.Found {
  /// The walk in axis position.
  fileprivate func model(_ turns: TurnSequences, _ error: ReadingError) -> WalkModel {
    func deviation(_ variance: Double) -> Double { turns.scale * variance.squareRoot() }
    let reading: Double =
      switch error {
      case .estimated: deviation(variances.reading)
      case .known(let given): given
      case .byTurn(let rows): mean(of: rows.joined().map { $0 * $0 }).squareRoot()
      }
    return WalkModel(
      reversionRate: 1 - variances.memory, restingPoint: turns.centre + turns.scale * restingPoint,
      restingDeviation: deviation(variances.resting),
      startsAtOwnPoint: variances.startsAtOwnPoint, noise: deviation(variances.noise), reading: reading,
      start: turns.centre + turns.scale * start, startDeviation: deviation(variances.start))
  }
}

extension WalkSearch {
  /// The walk of each sample of the clusters of `group`, searched for from `found`.
  fileprivate func resampled(
    from found: Found, _ group: ConversationGroup, replicates: Int, seed: UInt64
  ) -> [Found] {
    let samples = Resamples(of: group.clusterCount, count: replicates, seed: seed, purpose: .conversations)
    return (0..<replicates).map { index in
      let counts = samples.counts(index)
      return search(
        from: found.point, step: 0.15, weights: group.clusters.map { counts[$0] }, tolerance: 1e-3, mostEvaluations: 200
      )
    }
  }
}
