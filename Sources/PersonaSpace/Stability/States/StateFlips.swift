/// How often two runs of one prompt and question land in different states: instability that no prompt explains.
public struct StateFlips: Sendable, Equatable {
  /// The pairs of runs, and those of them in different states.
  public let pairs, differing: Int

  /// `differing` / `pairs`; nil without a second run.
  public var share: Double? { pairs > 0 ? Double(differing) / Double(pairs) : nil }

  /// Of answers with the probability `home` of the home state; none where prompts are not known.
  package init(home: [Double], questions: [Int], prompts: [Int]?) {
    var counts: [[Int]: (home: Int, away: Int)] = [:]
    if let prompts {
      for (index, probability) in home.enumerated() {
        let cell = [prompts[index], questions[index]]
        counts[cell, default: (0, 0)].home += probability > 0.5 ? 1 : 0
        counts[cell, default: (0, 0)].away += probability > 0.5 ? 0 : 1
      }
    }
    var (pairs, differing) = (0, 0)
    for cell in counts.values {
      let total = cell.home + cell.away
      pairs += total * (total - 1) / 2
      differing += cell.home * cell.away
    }
    (self.pairs, self.differing) = (pairs, differing)
  }
}
