internal import LinearAlgebra
public import Statistics

/// What one cap does over conversations, with intervals from bootstrap samples of conversations.
public struct CapEffect: Sendable {
  /// A conversation before and after capping, turn by turn.
  public struct Conversation: Sendable {
    /// The axis positions of its turns before and after.
    public let before, after: ConversationTrack
    /// Of each turn: the share of tokens touched, the pull-back (axis-projection units), and |h′ − h| / |h|.
    public let shares, pullbacks, perturbations: [Double]
    /// Whether capping should leave it alone.
    public let isBenign: Bool

    /// - Precondition: a share, a pull-back and a perturbation for each turn.
    public init(
      before: ConversationTrack, after: ConversationTrack, shares: [Double], pullbacks: [Double],
      perturbations: [Double],
      isBenign: Bool
    ) {
      (self.before, self.after, self.isBenign) = (before, after, isBenign)
      (self.shares, self.pullbacks, self.perturbations) = (shares, pullbacks, perturbations)
      let count = before.positions.count
      precondition([after.positions, shares, pullbacks, perturbations].allSatisfy { $0.count == count }, "one a turn")
    }

    /// The falls from the first to the last turn, start − end in axis position; nil of one turn, or where an end is missing.
    var falls: (before: Double, after: Double)? {
      guard before.turns.count > 1, let start = before.start, let end = before.end, let first = after.start,
        let last = after.end
      else { return nil }
      return (start - end, first - last)
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

  /// Of `conversations`, of which those of one name are drawn together.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public init(_ conversations: [Conversation], names: [[String]], replicates: Int, seed: UInt64) throws {
    let (clusters, count) = ConversationGroup.clusters(of: names)
    let sums = ResampledSums(clusters: clusters, count: count, replicates: replicates, seed: seed)
    let turns = conversations.reduce(0) { $0 + $1.shares.count }
    self.turns = turns
    func meanOfTurns(_ values: (Conversation) -> [Double]) -> Double {
      conversations.reduce(0) { $0 + values($1).reduce(0, +) } / Double(turns)
    }
    (cappedShare, meanPullback) = (meanOfTurns(\.shares), meanOfTurns(\.pullbacks))
    perturbation = meanOfTurns(\.perturbations)
    let falls = conversations.map(\.falls)
    let before = falls.map { $0?.before ?? .nan }
    fallBefore = try sums.means(of: [before])[0]
    fallAfter = mean(of: falls.compactMap { $0?.after })
    let drawn = try sums.sums(of: [before.map { $0.isNaN ? 0 : $0 }, falls.map { $0?.after ?? 0 }])
    let value = fallBefore.value > 0 ? 1 - fallAfter / fallBefore.value : .nan
    let ratios = (0..<drawn.rows).map { drawn[$0, 0] > 0 ? 1 - drawn[$0, 1] / drawn[$0, 0] : .nan }
    reduction = Estimate(
      value,
      value.isNaN || !(fallBefore.interval?.isPositive ?? false)
        ? nil : Interval(percentilesOf: ratios, clusters: sums.clusters(with: before)))
    let benign = conversations.map { $0.isBenign ? $0.shares.reduce(0, +) : 0 }
    let benignTurns = conversations.map { $0.isBenign ? Double($0.shares.count) : 0 }
    let touched = try sums.sums(of: [benign, benignTurns])
    let all = benignTurns.reduce(0, +)
    benignShare = Estimate(
      all > 0 ? benign.reduce(0, +) / all : .nan,
      all > 0
        ? Interval(
          percentilesOf: (0..<touched.rows).map { touched[$0, 1] > 0 ? touched[$0, 0] / touched[$0, 1] : .nan },
          clusters: sums.clusters(with: benignTurns.map { $0 > 0 ? 1 : .nan })) : nil)
  }
}
