internal import Glibc

/// Expected numbers of moves of a two-state chain from one turn to the next, by where they begin and end.
struct ChainMoves: Sendable {
  private(set) var stayedHome = 0.0
  private(set) var left = 0.0
  private(set) var cameBack = 0.0
  private(set) var stayedAway = 0.0

  /// Moves that begin at home, and away.
  var fromHome: Double { stayedHome + left }
  var fromAway: Double { stayedAway + cameBack }

  /// Adds moves over one turn.
  @inline(__always)
  mutating func add(stayedHome: Double, left: Double, cameBack: Double, stayedAway: Double) {
    self.stayedHome += stayedHome
    self.left += left
    self.cameBack += cameBack
    self.stayedAway += stayedAway
  }

  /// Adds what happened on the way over `gap` turns of which none in between is there, given the weights of where these begin and
  /// end, in the order home to home, home to away, away to home, away to away.
  ///
  /// Of the moves a → b on the way from i to j, Σ_k P^k[i,a] P[a,b] P^(m−1−k)[b,j] / P^m[i,j], with P^k[i,a] = π_a + λ^k (δ_ia − π_a).
  mutating func add(_ weights: [Double], over gap: Int, of chain: TwoStateChain) {
    let (m, lambda) = (Double(gap), 1 - chain.leave - chain.comeBack)
    let share = chain.comeBack / (chain.leave + chain.comeBack)
    let resting = [share, 1 - share]
    let step = [[1 - chain.leave, chain.leave], [chain.comeBack, 1 - chain.comeBack]]
    let whole = chain.rates(over: gap)
    let power = [[1 - whole.leave, whole.leave], [whole.comeBack, 1 - whole.comeBack]]
    let series = (1 - pow(lambda, m)) / (1 - lambda)
    let last = m * pow(lambda, m - 1)
    var moves = [0.0, 0, 0, 0]
    for i in 0...1 {
      for j in 0...1 where weights[2 * i + j] > 0 {
        for a in 0...1 {
          for b in 0...1 {
            let before = (i == a ? 1 : 0) - resting[a]
            let after = (b == j ? 1 : 0) - resting[j]
            let sum =
              m * resting[a] * resting[j] + series * (resting[a] * after + before * resting[j]) + last * before * after
            moves[2 * a + b] += weights[2 * i + j] * step[a][b] * sum / power[i][j]
          }
        }
      }
    }
    add(stayedHome: moves[0], left: moves[1], cameBack: moves[2], stayedAway: moves[3])
  }
}
