internal import Statistics

/// Maximum likelihood of a two-state chain by expectation and maximisation (Baum, Petrie, Soules & Weiss, Annals of Mathematical
/// Statistics 41, 1970), over conversations that each count with a weight. All in standard units.
struct BaumWelch: Sendable {
  /// What is added to the number of moves of each kind, and to that of starts in each state: 0 for maximum likelihood; ½
  /// (Krichevsky & Trofimov, IEEE Transactions on Information Theory 27, 1981) to predict, where a move that was not yet seen
  /// must not be impossible.
  let pseudoCount: Double
  /// Whether a turn tells nothing of the next, so that leave + come back is 1: a mixture.
  let isForgetful: Bool
  private let starts: [TwoStateChain]
  private var pass: ForwardBackward

  /// A chain, and the log-likelihood of the conversations in standard units.
  struct Climbed: Sendable {
    let chain: TwoStateChain
    let logLikelihood: Double
  }

  /// No state is narrower than this share of the standard deviation of all positions, or one alone would have infinite likelihood.
  static let leastDeviation = 1.0 / 30
  /// Rates that are next to 0 or 1 end here, so that no power of them is singular.
  private static let leastRate = 1e-9

  init(_ turns: TurnSequences, pseudoCount: Double = 0, isForgetful: Bool = false) {
    (self.pseudoCount, self.isForgetful) = (pseudoCount, isForgetful)
    pass = ForwardBackward(turns)
    let sorted = turns.positions.sorted()
    // Both ends; a small state below, and one above; two states that alternate.
    starts = [(0.15, 0.85, 0.2, 0.5), (0.03, 0.65, 0.3, 0.5), (0.35, 0.97, 0.3, 0.5), (0.15, 0.85, 0.7, 0.7)].map {
      low, high, rate, deviation in
      TwoStateChain(
        leave: isForgetful ? 1 - rate : rate, comeBack: rate,
        home: .init(mean: quantile(sorted: sorted, high), deviation: deviation),
        away: .init(mean: quantile(sorted: sorted, low), deviation: deviation), startHome: 0.9)
    }
  }

  /// The best of several starts: a few steps from each, and all from the best.
  mutating func best(weights: [Double], tolerance: Double = 1e-9) -> Climbed {
    var best: Climbed?
    for start in starts {
      let climbed = climb(from: start, weights: weights, iterations: 30, tolerance: tolerance)
      if climbed.logLikelihood > best?.logLikelihood ?? -.infinity { best = climbed }
    }
    return climb(from: best?.chain ?? starts[0], weights: weights, iterations: 1000, tolerance: tolerance)
  }

  /// Steps from `start` until the log-likelihood of all conversations rises by less than `tolerance`.
  mutating func climb(
    from start: TwoStateChain, weights: [Double], iterations: Int, tolerance: Double
  ) -> Climbed {
    var (chain, last) = (start, -Double.infinity)
    for _ in 0..<iterations {
      expect(weights, under: chain)
      if pass.logLikelihood - last < tolerance { break }
      last = pass.logLikelihood
      chain = maximised(chain)
    }
    return Climbed(chain: chain.ordered(), logLikelihood: pass.logLikelihood)
  }

  /// The expected moves, and the expected number of turns away, under `chain`; and the number of turns.
  mutating func moves(
    weights: [Double], under chain: TwoStateChain
  ) -> (moves: ChainMoves, turnsAway: Double, turns: Double) {
    expect(weights, under: chain)
    return (pass.moves, pass.away.count, pass.away.count + pass.home.count)
  }

  /// The probability of home at each turn of conversation `index`.
  mutating func posteriors(of index: Int, under chain: TwoStateChain) -> [Double] {
    pass.posteriors(of: index, under: chain)
  }

  /// The log-likelihood of conversation `index`.
  mutating func logLikelihood(of index: Int, under chain: TwoStateChain) -> Double {
    pass.logLikelihood(of: index, under: chain)
  }

  private mutating func expect(_ weights: [Double], under chain: TwoStateChain) {
    pass.reset()
    for (index, weight) in weights.enumerated() where weight > 0 { pass.add(index, weight: weight, under: chain) }
  }

  private func maximised(_ chain: TwoStateChain) -> TwoStateChain {
    let moves = pass.moves
    var leave = rate(moves.left, of: moves.fromHome, else: chain.leave)
    var comeBack = rate(moves.cameBack, of: moves.fromAway, else: chain.comeBack)
    if isForgetful {
      comeBack = rate(moves.stayedHome + moves.cameBack, of: moves.fromHome + moves.fromAway, else: comeBack)
      leave = 1 - comeBack
    }
    return TwoStateChain(
      leave: leave, comeBack: comeBack,
      home: positions(pass.home, else: chain.home), away: positions(pass.away, else: chain.away),
      startHome: rate(pass.startsHome, of: pass.starts, else: chain.startHome))
  }

  private func rate(_ count: Double, of all: Double, else old: Double) -> Double {
    let (count, all) = (count + pseudoCount, all + 2 * pseudoCount)
    // Of no turns, the rate is what it was.
    return all > 1e-12 ? min(max(count / all, Self.leastRate), 1 - Self.leastRate) : old
  }

  private func positions(_ moments: ForwardBackward.Moments, else old: TwoStateChain.Positions)
    -> TwoStateChain.Positions
  {
    guard moments.count > 1e-9 else { return old }
    let mean = moments.sum / moments.count
    let variance = max(moments.squares / moments.count - mean * mean, 0)
    return .init(mean: mean, deviation: max(variance.squareRoot(), Self.leastDeviation))
  }
}
