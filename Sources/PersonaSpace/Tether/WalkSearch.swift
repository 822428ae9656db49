internal import Glibc

/// Maximum likelihood of a walk, over conversations that each count with a weight. All in standard units.
///
/// The search is over numbers that may take any value: the memory is the squared sine of the first; of variances, if the reading error
/// is estimated, the squared sine of the second is its share of its sum with the noise's, the squares of the others are their ratios to
/// that sum, which itself has a formula; else they are squares. A variance of 0 is a minimum like any other, not one at infinity.
struct WalkSearch: Sendable {
  /// Whether conversations have resting points of their own, and whether they start about them.
  enum Points: Sendable {
    case common, own, ownFromStart
  }

  let points: Points
  /// Whether the memory is held at its least.
  let isForgetful: Bool
  private let filter: WalkFilter
  /// The variance of the reading error, if known; NaN if it is by turn.
  private let reading: Double?

  /// A walk in standard units.
  struct Found: Sendable {
    let variances: WalkFilter.Variances
    let start, restingPoint: Double
    /// The natural log-likelihood.
    let logLikelihood: Double
    /// Where the search ended.
    let point: [Double]
  }

  /// The least and the greatest memory 1 − k. Below 0 a walk would leap over its resting point with every turn; beyond the other end
  /// it has no pull that 1,000 turns could show.
  static let memories = 0.001...0.999
  /// The least variance of the start, beside that of all positions: where x[0] and its reading have no variance there is no likelihood.
  private static let leastVariance = 1e-9

  init(_ turns: TurnSequences, reading error: ReadingError, _ points: Points, isForgetful: Bool = false) {
    (self.points, self.isForgetful) = (points, isForgetful)
    func standard(_ deviation: Double) -> Double { deviation * deviation / (turns.scale * turns.scale) }
    switch error {
    case .estimated: (filter, reading) = (WalkFilter(turns), nil)
    case .known(let deviation): (filter, reading) = (WalkFilter(turns), standard(deviation))
    case .byTurn(let rows):
      precondition(rows.map(\.count) == turns.ranges.map(\.count), "not a reading error for each turn")
      (filter, reading) = (WalkFilter(turns, readings: rows.joined().map(standard)), .nan)
    }
  }

  /// The best of several starts.
  func best(weights: [Double], tolerance: Double = 1e-7) -> Found {
    // Of memory .7, .2 and .95, with a third of the variance or two thirds in reading.
    let found = [(1.0, 0.6), (0.45, 0.6), (1.35, 0.95)].map { memory, share in
      let start = [memory, share, 0.4] + (points == .common ? [] : [0.5])
      return search(from: start, step: 0.3, weights: weights, tolerance: 1e-3)
    }
    let best = found.max { $0.logLikelihood < $1.logLikelihood } ?? found[0]
    return search(from: best.point, step: 0.15, weights: weights, tolerance: tolerance)
  }

  /// From one start.
  func search(
    from start: [Double], step: Double, weights: [Double], tolerance: Double, mostEvaluations: Int = 800
  ) -> Found {
    let simplex = NelderMead(tolerance: tolerance, mostEvaluations: mostEvaluations)
    let steps = start.map { $0 > 0 ? -step : step }
    let weighed = filter.weighed(weights)
    let minimum = simplex.minimum(from: start, steps: steps) {
      -logLikelihood(filter.likelihood(self.variances($0), weighed))
    }
    let likelihood = filter.likelihood(variances(minimum.point), weighed)
    var variances = variances(minimum.point)
    if reading == nil {
      let scale = likelihood.squares / likelihood.count
      variances.noise *= scale
      variances.reading *= scale
      variances.start *= scale
      variances.resting *= scale
    }
    return Found(
      variances: variances, start: likelihood.start, restingPoint: likelihood.restingPoint,
      logLikelihood: -minimum.value, point: minimum.point)
  }

  /// The log-likelihood of conversation `index` under `found`.
  func logLikelihood(of index: Int, under found: Found) -> Double {
    filter.logLikelihood(of: index, found.variances, start: found.start, restingPoint: found.restingPoint)
  }

  private func logLikelihood(_ likelihood: WalkFilter.Likelihood) -> Double {
    let (squares, count) = (likelihood.squares, likelihood.count)
    // At the best common factor of all variances, if none of them is known.
    let fit = reading == nil ? count * (1 + log(squares / count)) : squares
    return -0.5 * (fit + likelihood.logVariances + count * log(2 * .pi))
  }

  private func variances(_ point: [Double]) -> WalkFilter.Variances {
    let share = pow(sin(point[1]), 2)
    let memory = isForgetful ? Self.memories.lowerBound : pow(sin(point[0]), 2)
    return WalkFilter.Variances(
      memory: min(max(memory, Self.memories.lowerBound), Self.memories.upperBound),
      noise: reading == nil ? 1 - share : point[1] * point[1], reading: reading ?? share,
      start: point[2] * point[2] + Self.leastVariance, resting: points == .common ? 0 : point[3] * point[3],
      startsAtOwnPoint: points == .ownFromStart)
  }
}

extension WalkSearch {
  /// By how much conversations' own resting points must raise the log-likelihood to be taken: half of 3.84, the 97.5th percentile of
  /// twice the gain where there are none, half of χ² with one degree of freedom (Self & Liang, Journal of the American Statistical
  /// Association 82, 1987, case 5), as either of two ways to have them may raise it.
  static let leastGain = 1.921

  /// A kind of walk, and the best of it.
  struct Candidate: Sendable {
    let search: WalkSearch
    let found: Found
  }

  /// The walk that is taken, and those that were not.
  struct Choice: Sendable {
    let taken: Candidate
    let others: [Candidate]
  }

  /// The search over `points`, and what it finds.
  static func best(
    _ turns: TurnSequences, reading: ReadingError, _ points: WalkFit.RestingPoints, weights: [Double],
    tolerance: Double = 1e-7
  ) -> Choice {
    var tried = points.kinds.map { points in
      let search = WalkSearch(turns, reading: reading, points)
      return Candidate(search: search, found: search.best(weights: weights, tolerance: tolerance))
    }
    // The first has the fewest numbers; those after it have as many as one another.
    var taken = 0
    for index in tried.indices.dropFirst() {
      let least = tried[taken].found.logLikelihood + (taken == 0 ? leastGain : 0)
      if tried[index].found.logLikelihood > least { taken = index }
    }
    return Choice(taken: tried.remove(at: taken), others: tried)
  }

  /// The greatest log-likelihood over `points` of turns without memory.
  static func forgetful(
    _ turns: TurnSequences, reading: ReadingError, _ points: WalkFit.RestingPoints, weights: [Double]
  ) -> Double {
    let found = points.kinds.map {
      WalkSearch(turns, reading: reading, $0, isForgetful: true).best(weights: weights).logLikelihood
    }
    return found.max() ?? -.infinity
  }
}

extension WalkFit.RestingPoints {
  /// What is tried.
  fileprivate var kinds: [WalkSearch.Points] {
    switch self {
    case .common: [.common]
    case .byConversation: [.own]
    case .byConversationFromStart: [.ownFromStart]
    case .whicheverFits: [.common, .own, .ownFromStart]
    }
  }
}
