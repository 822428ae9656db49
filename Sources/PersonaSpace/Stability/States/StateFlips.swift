public import Statistics

/// How often two runs of one prompt and question land in different states: instability that no prompt explains.
public struct StateFlips: Sendable, Equatable {
  /// The pairs of runs, and those of them in different states.
  public let pairs, differing: Int
  /// Of `share`, over questions; nil of fewer than `Interval.leastClusters` questions with a pair.
  public let interval: Interval?

  /// `differing` / `pairs`; nil without a second run.
  public var share: Double? { pairs > 0 ? Double(differing) / Double(pairs) : nil }

  /// Of answers with the probability `home` of the home state; none where prompts are not known.
  package init(home: [Double], questions: [Int], prompts: [Int]?) {
    var counts: [[Int]: (home: Int, away: Int)] = [:]
    if let prompts {
      for (index, probability) in home.enumerated() {
        let cell = [questions[index], prompts[index]]
        counts[cell, default: (0, 0)].home += probability > 0.5 ? 1 : 0
        counts[cell, default: (0, 0)].away += probability > 0.5 ? 0 : 1
      }
    }
    var byQuestion: [Int: (pairs: Int, differing: Int)] = [:]
    for (cell, count) in counts {
      let total = count.home + count.away
      guard total > 1 else { continue }
      byQuestion[cell[0], default: (0, 0)].pairs += total * (total - 1) / 2
      byQuestion[cell[0], default: (0, 0)].differing += count.home * count.away
    }
    let asked = byQuestion.sorted { $0.key < $1.key }.map(\.value)
    pairs = asked.reduce(0) { $0 + $1.pairs }
    differing = asked.reduce(0) { $0 + $1.differing }
    interval = Self.interval(asked, pairs: pairs, differing: differing)
  }

  /// By the deviation of the ratio over questions, at least that of as many independent pairs.
  private static func interval(
    _ asked: [(pairs: Int, differing: Int)], pairs: Int, differing: Int
  ) -> Interval? {
    guard asked.count >= Interval.leastClusters else { return nil }
    let (count, share) = (Double(pairs), Double(differing) / Double(pairs))
    let squares = asked.reduce(0) { sum, own in
      let deviation = Double(own.differing) - share * Double(own.pairs)
      return sum + deviation * deviation
    }
    let inside = min(max(share, 0.5 / count), 1 - 0.5 / count)
    let deviation = max(squares.squareRoot() / count, (inside * (1 - inside) / count).squareRoot())
    return Interval(share: share, of: pairs, deviation: deviation, clusters: asked.count)
  }
}
