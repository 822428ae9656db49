internal import Glibc

/// What the forward and the backward pass over conversations tell of a two-state chain: expected moves, moments of the positions in
/// each state, the log-likelihood (Rabiner 1989, section III; the backward pass as a smoother, Kim, Journal of Econometrics 60, 1994).
struct ForwardBackward: Sendable {
  private(set) var moves = ChainMoves()
  /// The expected number of turns in each state, and the sums of their positions and of squares.
  private(set) var home = Moments()
  private(set) var away = Moments()
  /// The weight of conversations, and of those expected to begin at home.
  private(set) var starts = 0.0
  private(set) var startsHome = 0.0
  /// The log-likelihood in standard units, natural.
  private(set) var logLikelihood = 0.0

  struct Moments: Sendable {
    private(set) var count = 0.0
    private(set) var sum = 0.0
    private(set) var squares = 0.0

    @inline(__always)
    mutating func add(_ position: Double, _ weight: Double) {
      count += weight
      sum += weight * position
      squares += weight * position * position
    }
  }

  /// For each turn of the conversation at hand: the probability of home given the turns before it, and given these and itself.
  private var predicted: [Double]
  private var filtered: [Double]
  private let turns: TurnSequences

  init(_ turns: TurnSequences) {
    self.turns = turns
    let longest = turns.ranges.map(\.count).max() ?? 0
    predicted = [Double](repeating: 0, count: longest)
    filtered = predicted
  }

  /// Nothing added yet.
  mutating func reset() {
    (moves, home, away) = (ChainMoves(), Moments(), Moments())
    (starts, startsHome, logLikelihood) = (0, 0, 0)
  }

  /// Adds conversation `index`, `weight` times, under `chain`, which is in standard units and has no rate of exactly 0 or 1.
  mutating func add(_ index: Int, weight: Double, under chain: TwoStateChain) {
    let range = turns.ranges[index]
    logLikelihood += weight * forward(range, chain)
    backward(range, weight, chain) { _, _ in }
  }

  /// The log-likelihood of conversation `index` in standard units.
  mutating func logLikelihood(of index: Int, under chain: TwoStateChain) -> Double {
    forward(turns.ranges[index], chain)
  }

  /// The probability of home at each turn of conversation `index`, given the whole conversation.
  mutating func posteriors(of index: Int, under chain: TwoStateChain) -> [Double] {
    let range = turns.ranges[index]
    _ = forward(range, chain)
    var result = [Double](repeating: 0, count: range.count)
    backward(range, 0, chain) { result[$0] = $1 }
    return result
  }

  /// So that a product of it with another turn's sum, of rates that are no less than 1e-9, is a normal number with all of its digits.
  private static let leastProduct = 1e-200

  private mutating func forward(_ range: Range<Int>, _ chain: TwoStateChain) -> Double {
    let (home, away) = (chain.home, chain.away)
    let (homeScale, awayScale) = (1 / home.deviation, 1 / away.deviation)
    let (homeLog, awayLog) = (log(homeScale), log(awayScale))
    var (atHome, likelihood) = (chain.startHome, -0.5 * log(2 * .pi) * Double(range.count))
    // Of the turns since the last logarithm, of which one takes as long as the rest of a turn.
    var product = 1.0
    for (place, turn) in range.enumerated() {
      let gap = turns.gaps[turn]
      if gap > 0 {
        let rates = chain.rates(over: gap)
        atHome = atHome * (1 - rates.leave) + (1 - atHome) * rates.comeBack
      }
      predicted[place] = atHome
      let zHome = (turns.positions[turn] - home.mean) * homeScale
      let zAway = (turns.positions[turn] - away.mean) * awayScale
      let (densityHome, densityAway) = (homeLog - 0.5 * zHome * zHome, awayLog - 0.5 * zAway * zAway)
      // Relative to the greater of the two densities, which far from both states are too small for a double.
      let ratio = exp(-abs(densityHome - densityAway))
      let isHome = densityHome >= densityAway
      let weightHome = isHome ? atHome : atHome * ratio
      let sum = weightHome + (isHome ? (1 - atHome) * ratio : 1 - atHome)
      atHome = weightHome / sum
      filtered[place] = atHome
      likelihood += isHome ? densityHome : densityAway
      product *= sum
      if product < Self.leastProduct {
        likelihood += log(product)
        product = 1
      }
    }
    return likelihood + log(product)
  }

  @inline(__always)
  private mutating func backward(
    _ range: Range<Int>, _ weight: Double, _ chain: TwoStateChain, _ report: (Int, Double) -> Void
  ) {
    var atHome = filtered[range.count - 1]
    for place in stride(from: range.count - 1, through: 0, by: -1) {
      let turn = range.lowerBound + place
      report(place, atHome)
      home.add(turns.positions[turn], weight * atHome)
      away.add(turns.positions[turn], weight * (1 - atHome))
      let gap = turns.gaps[turn]
      if gap == 0 { break }
      // The turn before it; before a conversation's first, turn 0, of which nothing is known but how conversations start.
      let before = place > 0 ? filtered[place - 1] : chain.startHome
      let rates = chain.rates(over: gap)
      let (toHome, toAway) = (atHome / predicted[place], (1 - atHome) / (1 - predicted[place]))
      let (stayedHome, left) = (before * (1 - rates.leave) * toHome, before * rates.leave * toAway)
      let cameBack = (1 - before) * rates.comeBack * toHome
      let stayedAway = (1 - before) * (1 - rates.comeBack) * toAway
      if gap == 1 {
        moves.add(
          stayedHome: weight * stayedHome, left: weight * left, cameBack: weight * cameBack,
          stayedAway: weight * stayedAway)
      } else {
        moves.add([stayedHome, left, cameBack, stayedAway].map { weight * $0 }, over: gap, of: chain)
      }
      atHome = stayedHome + left
    }
    starts += weight
    startsHome += weight * atHome
  }
}
