internal import Glibc

/// A conversation that is either with the Assistant, `home`, or not, `away`, and switches from turn to turn: a hidden Markov chain of
/// two states in each of which axis positions are normal (Rabiner, Proceedings of the IEEE 77, 1989).
public struct TwoStateChain: Sendable, Equatable {
  /// The two states, told by their means: home is the one nearer the Assistant, of higher positions.
  public enum State: Sendable, Hashable, CaseIterable {
    case away, home
  }

  /// The positions in a state, in axis position.
  public struct Positions: Sendable, Equatable {
    /// Their mean.
    public let mean: Double
    /// Their standard deviation, above 0.
    public let deviation: Double

    /// Normal positions of mean `mean` and standard deviation `deviation`.
    public init(mean: Double, deviation: Double) { (self.mean, self.deviation) = (mean, deviation) }
  }

  /// The probability that a turn at home is followed by one away, in 0…1.
  public let leave: Double
  /// The probability that a turn away is followed by one at home, in 0…1.
  public let comeBack: Double
  /// The positions at home and away.
  public let home, away: Positions
  /// The probability that turn 0 is at home.
  public let startHome: Double

  /// A chain of given rates and positions.
  ///
  /// - Precondition: probabilities in 0…1.
  public init(leave: Double, comeBack: Double, home: Positions, away: Positions, startHome: Double) {
    precondition([leave, comeBack, startHome].allSatisfy { (0...1).contains($0) }, "a probability outside 0…1")
    (self.leave, self.comeBack, self.startHome) = (leave, comeBack, startHome)
    (self.home, self.away) = (home, away)
  }

  /// The share of turns away in the long run, leave / (leave + come back); NaN if neither happens.
  public var awayShareInTheLongRun: Double { leave / (leave + comeBack) }

  /// The distance of the states' means in pooled standard deviations, (μ_home − μ_away) / √((σ²_home + σ²_away) / 2).
  public var separation: Double {
    let squares = home.deviation * home.deviation + away.deviation * away.deviation
    return (home.mean - away.mean) / (squares / 2).squareRoot()
  }

  /// The rates over `gap` turns, off the diagonal of the transition matrix's power: rate · (1 − λ^gap) / (1 − λ), with
  /// λ = 1 − leave − come back.
  func rates(over gap: Int) -> (leave: Double, comeBack: Double) {
    if gap == 1 { return (leave, comeBack) }
    let sum = leave + comeBack
    guard sum > 0, gap > 0 else { return (0, 0) }
    let share = (1 - pow(1 - sum, Double(gap))) / sum
    return (leave * share, comeBack * share)
  }

  /// The same chain with its states' names exchanged, if home is the lower.
  func ordered() -> TwoStateChain {
    guard home.mean < away.mean else { return self }
    return TwoStateChain(leave: comeBack, comeBack: leave, home: away, away: home, startHome: 1 - startHome)
  }

  /// The same chain of positions `scale` · x + `centre`.
  func rescaled(centre: Double, scale: Double) -> TwoStateChain {
    func moved(_ positions: Positions) -> Positions {
      Positions(mean: centre + scale * positions.mean, deviation: scale * positions.deviation)
    }
    return TwoStateChain(
      leave: leave, comeBack: comeBack, home: moved(home), away: moved(away), startHome: startHome)
  }
}
