public import Statistics

/// What one cap does over conversations, with intervals from bootstrap samples of conversations.
public struct CapEffect: Sendable {
  /// A conversation before and after capping: the sums over its turns that everything follows from.
  public struct Conversation: Sendable {
    /// The falls from the first to the last turn before and after, start − end in axis position; nil of one turn, or where an end is
    /// missing.
    public let falls: (before: Double, after: Double)?
    /// The number of turns.
    public let turns: Int
    /// The sums over turns of the share of tokens touched, the pull-back (axis-projection units), and |h′ − h| / |h|.
    public let shares, pullbacks, perturbations: Double
    /// Whether capping should leave it alone.
    public let isBenign: Bool

    /// A conversation with the axis positions `before` and `after`, and of each turn the share of tokens touched, the pull-back and
    /// |h′ − h| / |h|.
    ///
    /// - Precondition: a share, a pull-back and a perturbation for each turn.
    public init(
      before: ConversationTrack, after: ConversationTrack, shares: [Double], pullbacks: [Double],
      perturbations: [Double],
      isBenign: Bool
    ) {
      let count = before.positions.count
      precondition([after.positions, shares, pullbacks, perturbations].allSatisfy { $0.count == count }, "one a turn")
      func total(_ values: [Double]) -> Double { values.reduce(0, +) }
      (turns, self.isBenign) = (count, isBenign)
      (self.shares, self.pullbacks, self.perturbations) = (total(shares), total(pullbacks), total(perturbations))
      if count > 1, let start = before.start, let end = before.end, let first = after.start, let last = after.end {
        falls = (start - end, first - last)
      } else {
        falls = nil
      }
    }

    /// No turns: a conversation of which a layer has none.
    public static let none = Conversation()

    private init() {
      (falls, turns, shares, pullbacks, perturbations, isBenign) = (nil, 0, 0, 0, 0, false)
    }
  }

  /// The number of turns.
  public let turns: Int
  /// The means over turns: of the share of tokens touched, in 0…1, the pull-back, and |h′ − h| / |h|; NaN without a turn.
  public let cappedShare, meanPullback, perturbation: Double
  /// The mean fall over conversations before, in axis position; NaN if none has two ends.
  public let fallBefore: Estimate
  /// The same after.
  public let fallAfter: Double
  /// 1 − after / before: the share of the fall that the cap takes away by its arithmetic; NaN unless there is a fall. Without an
  /// interval where the samples do not tell the fall from 0.
  public let reduction: Estimate
  /// The mean over the turns of benign conversations of the share of tokens touched; NaN if there are none.
  public let benignShare: Estimate

  /// Caps whose samples are summed at once.
  private static let batch = 64

  /// Of `conversations`, of which those of one name are drawn together.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public init(_ conversations: [Conversation], names: [[String]], replicates: Int, seed: UInt64) throws {
    self = try Self.effects([conversations], names: names, replicates: replicates, seed: seed)[0]
  }

  /// Of several caps, each of the same conversations in one order: samples are drawn once for many.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public static func effects(
    _ caps: [[Conversation]], names: [[String]], replicates: Int, seed: UInt64
  ) throws -> [CapEffect] {
    let (clusters, count) = ConversationGroup.clusters(of: names)
    let sums = ResampledSums(clusters: clusters, count: count, replicates: replicates, seed: seed)
    return try stride(from: 0, to: caps.count, by: batch).flatMap { first in
      let some = caps[first..<min(first + batch, caps.count)]
      let before = some.map { $0.map { $0.falls?.before ?? .nan } }
      // What is before a cap does not depend on it.
      let isOne = before.allSatisfy { zip($0, before[0]).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN } }
      let means =
        isOne
        ? [Estimate](repeating: try sums.means(of: [before[0]])[0], count: before.count) : try sums.means(of: before)
      let hasBenign = some.contains { $0.contains(where: \.isBenign) }
      let drawn = try sums.samples(of: zip(some, before).flatMap { columns($0, $1, hasBenign: hasBenign) })
      return zip(some, zip(before, means)).enumerated().map { place, cap in
        CapEffect(cap.0, before: cap.1.0, mean: cap.1.1, sums, drawn, from: (hasBenign ? 4 : 2) * place)
      }
    }
  }

  /// The columns of sums that a cap takes: two, and two of what is benign where there is any.
  private static func columns(_ conversations: [Conversation], _ before: [Double], hasBenign: Bool) -> [[Double]] {
    let falls = [before.map { $0.isNaN ? 0 : $0 }, conversations.map { $0.falls?.after ?? 0 }]
    return hasBenign
      ? falls + [
        conversations.map { $0.isBenign ? $0.shares : 0 }, conversations.map { $0.isBenign ? Double($0.turns) : 0 },
      ] : falls
  }

  private init(
    _ conversations: [Conversation], before: [Double], mean meanFall: Estimate, _ sums: ResampledSums,
    _ drawn: [[Double]], from first: Int
  ) {
    let turns = conversations.reduce(0) { $0 + $1.turns }
    self.turns = turns
    func meanOfTurns(_ sum: (Conversation) -> Double) -> Double {
      conversations.reduce(0) { $0 + sum($1) } / Double(turns)
    }
    (cappedShare, meanPullback) = (meanOfTurns(\.shares), meanOfTurns(\.pullbacks))
    perturbation = meanOfTurns(\.perturbations)
    fallBefore = meanFall
    fallAfter = mean(of: conversations.compactMap { $0.falls?.after })
    let value = fallBefore.value > 0 ? 1 - fallAfter / fallBefore.value : .nan
    func ratios() -> [Double] { zip(drawn[first], drawn[first + 1]).map { $0 > 0 ? 1 - $1 / $0 : .nan } }
    reduction = Estimate(
      value,
      value.isNaN || !(fallBefore.interval?.isPositive ?? false)
        ? nil
        : Interval(percentilesOf: ratios(), clusters: sums.clusters(with: before))?.holding(
          value, seenIn: sums.clusters(with: conversations.map { $0.falls.map { $0 == $1 } ?? true ? .nan : 1 }),
          of: sums.clusters(with: before)))
    benignShare = Self.share(
      conversations.map { $0.isBenign ? $0.shares : 0 }, of: conversations.map { $0.isBenign ? Double($0.turns) : 0 },
      sums, drawn, at: (first + 2, first + 3))
  }

  /// Σ `part` / Σ `whole` over conversations, whose sums in samples are the two columns of `drawn`; NaN where the whole is nothing.
  static func share(
    _ part: [Double], of whole: [Double], _ sums: ResampledSums, _ drawn: [[Double]], at columns: (Int, Int)
  ) -> Estimate {
    let all = whole.reduce(0, +)
    guard all > 0 else { return Estimate(.nan) }
    let replicates = zip(drawn[columns.0], drawn[columns.1]).map { $1 > 0 ? $0 / $1 : .nan }
    let clusters = sums.clusters(with: whole.map { $0 > 0 ? 1 : .nan })
    let seen = sums.clusters(with: part.map { $0 > 0 ? 1 : .nan })
    let share = part.reduce(0, +) / all
    let interval = Interval(percentilesOf: replicates, clusters: clusters).map { own in
      // Of a conversation that is touched, all turns may be.
      seen == 0
        ? Interval(low: 0, high: Interval(eventsSeen: 0, of: Double(clusters)).high)
        : own.holding(share, seenIn: seen, of: clusters) ?? own
    }
    return Estimate(share, interval.map { Interval(low: max($0.low, 0), high: min($0.high, 1)) })
  }
}
