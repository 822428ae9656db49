internal import LinearAlgebra

/// Whether positions rise or fall over ordered levels, as from moral paragon to villain.
public struct LevelTrend: Sendable, Equatable {
  /// Spearman's rank correlation of position with level; NaN if either is constant.
  public let spearman: Double
  /// The interval of `spearman`, by bootstrap over the roles; nil without one.
  public let interval: Interval?
  /// Its two-sided probability under permutation of the levels.
  public let spearmanProbability: Double
  /// The Jonckheere–Terpstra statistic: the pairs of a lower and a higher level in which the position is higher at the higher
  /// level, a tie counting half (Jonckheere, Biometrika 41, 1954).
  public let jonckheere: Double
  /// Its two-sided probability under permutation of the levels.
  public let jonckheereProbability: Double
  /// The number of levels.
  public let levels: Int

  /// The permutations.
  public static let draws = 999

  /// Of `positions` at `levels`, which are of the same length.
  ///
  /// - Parameter drawn: the position of a role in a sample, by their indices, where positions are themselves uncertain; nil for
  ///   the same in all.
  public init(
    positions: [Double], levels: [Double], replicates: Int, seed: UInt64,
    drawn position: ((_ sample: Int, _ role: Int) -> Double)? = nil
  ) {
    precondition(positions.count == levels.count, "a level for each position")
    let (ranks, levelRanks) = (midranks(of: positions), midranks(of: levels))
    let values = Set(levels).sorted()
    let groups = levels.map { level in values.firstIndex(of: level) ?? 0 }
    self.levels = values.count
    spearman = pearsonCorrelation(ranks, levelRanks)
    jonckheere = Self.jonckheere(ranks, groups)
    // The mean under permutation: half of all pairs of different levels.
    let sizes = values.indices.map { group in Double(groups.count { $0 == group }) }
    let total = sizes.reduce(0, +)
    let middle = (total * total - sizes.reduce(0) { $0 + $1 * $1 }) / 4
    var generator = SeededGenerator(seed: seed, purpose: .levels)
    var (order, correlations, statistics) = (Array(levels.indices), 0, 0)
    for _ in 0..<Self.draws {
      order.shuffle(using: &generator)
      let drawn = pearsonCorrelation(ranks, order.map { levelRanks[$0] })
      // Rounding must not make a draw that ties with what was found fall short of it.
      if abs(drawn) >= abs(spearman) - 1e-12 { correlations += 1 }
      if abs(Self.jonckheere(ranks, order.map { groups[$0] }) - middle) >= abs(jonckheere - middle) { statistics += 1 }
    }
    spearmanProbability = spearman.isNaN ? .nan : permutationProbability(asFarOut: correlations, of: Self.draws)
    jonckheereProbability = values.count < 2 ? .nan : permutationProbability(asFarOut: statistics, of: Self.draws)
    let resamples = Resamples(of: positions.count, count: replicates, seed: seed, purpose: .roles)
    let drawn = (0..<replicates).map { index -> Double in
      let members = resamples.members(index)
      return spearmanCorrelation(members.map { position?(index, $0) ?? positions[$0] }, members.map { levels[$0] })
    }
    let widening = Interval.widening(forSamplesOf: positions.count)
    // Samples of uncertain positions carry their noise twice, so that reflecting them would end at the estimate.
    interval =
      position == nil
      ? Interval(about: spearman, of: drawn, on: .fisher, widenedBy: widening)
      : Interval(normalAbout: spearman, lessBias: 0, of: drawn, on: .fisher, widenedBy: widening)
  }

  private static func jonckheere(_ positions: [Double], _ groups: [Int]) -> Double {
    var twice = 0
    for i in positions.indices {
      for j in 0..<i where groups[i] != groups[j] {
        let difference = groups[i] > groups[j] ? positions[i] - positions[j] : positions[j] - positions[i]
        twice += difference > 0 ? 2 : difference == 0 ? 1 : 0
      }
    }
    return Double(twice) / 2
  }
}
