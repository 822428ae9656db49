internal import Glibc
internal import Statistics

/// Whether the conversations of several domains lie at one level, so that they may be one group.
///
/// What is compared are clusters, regenerations with their conversation, by the mean position of their turns: the sum of squares
/// between domains, against that of domains dealt out anew among clusters.
public struct DomainLevels: Sendable, Equatable {
  /// How often domains that are dealt out by lot differ as much; NaN if too few ways to deal them out could show a difference.
  public let probability: Double

  /// Whether the domains may be one group: a difference could have been shown, and none is. The bound is .1, as what is not shown may
  /// be there.
  public var mayBePooled: Bool { probability >= 0.1 }

  private static let draws = 999
  /// Of fewer ways to deal out, none that differs is seen once in twenty times at most with room to spare.
  private static let leastArrangements = 40.0

  /// Of the conversations of `group`, of which `domains` has the domain of each.
  ///
  /// - Precondition: a domain for each, and the same for all regenerations of one.
  public init(_ group: ConversationGroup, domains: [String], seed: UInt64) {
    precondition(domains.count == group.tracks.count, "not a domain for each conversation")
    var (sums, counts) = (
      [Double](repeating: 0, count: group.clusterCount), [Double](repeating: 0, count: group.clusterCount)
    )
    var numbers: [String: Int] = [:]
    var own = [Int](repeating: 0, count: group.clusterCount)
    for (index, cluster) in group.clusters.enumerated() {
      sums[cluster] += mean(of: group.tracks[index].positions)
      counts[cluster] += 1
      own[cluster] = numbers[domains[index]] ?? numbers.count
      numbers[domains[index]] = own[cluster]
    }
    let levels = centred(zip(sums, counts).map { $0 / $1 })
    let sizes = (0..<numbers.count).map { number in own.count { $0 == number } }
    let ways = sizes.reduce(lgamma(Double(levels.count + 1))) { $0 - lgamma(Double($1 + 1)) }
    guard ways >= log(Self.leastArrangements) - 1e-9, numbers.count > 1 else {
      probability = .nan
      return
    }
    func between(_ domains: [Int]) -> Double {
      var sums = [Double](repeating: 0, count: sizes.count)
      for (level, domain) in zip(levels, domains) { sums[domain] += level }
      return zip(sums, sizes).reduce(0) { $0 + $1.0 * $1.0 / Double($1.1) }
    }
    let found = between(own)
    var generator = SeededGenerator(seed: seed, purpose: .shuffledDomains)
    var larger = 0
    for _ in 0..<Self.draws {
      generator.shuffle(&own)
      // Rounding must not make a draw that ties with what was found fall short of it.
      if between(own) >= found * (1 - 1e-12) { larger += 1 }
    }
    probability = permutationProbability(asFarOut: larger, of: Self.draws)
  }
}
