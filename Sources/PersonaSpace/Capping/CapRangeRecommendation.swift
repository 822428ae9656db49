public import Statistics

/// The range of layers to cap together: of those whose floors each do about as well as the best single cap, and together stay within the
/// budget, the widest. Chosen on half of the conversations and tested on the other.
///
/// What several layers do more than one cannot be read off a dump without the cap: what arrives of a floor behind the next block is not in
/// it. That they do is what is published (Lu et al., arXiv 2601.10387, section 5). What can be read off is what they cost, and that each of
/// them would do its part.
public struct CapRangeRecommendation: Sendable {
  /// Floors at one percentile, in all layers.
  public struct Candidate: Sendable {
    /// Of each layer, what its floor alone does to each conversation.
    public let layers: [[CapEffect.Conversation]]
    /// The ranges of these layers.
    public let ranges: [CapRangeEffect.Range]
    /// The share of the default's own responses that each touches, nil if it is not known.
    public let defaultShares: [Double?]

    /// Floors that do this.
    ///
    /// - Precondition: a share for each range.
    public init(
      _ layers: [[CapEffect.Conversation]], _ ranges: [CapRangeEffect.Range], defaultShares: [Double?]
    ) {
      (self.layers, self.ranges, self.defaultShares) = (layers, ranges, defaultShares)
      precondition(ranges.count == defaultShares.count, "a share for each range")
    }
  }

  /// Why no range is recommended.
  public enum Obstacle: Error, Sendable, Equatable {
    /// There is no range: one layer, or none that follow one another.
    case noRanges
    /// No range does in each of its layers `share` of what the best cap does, within the budget.
    case noneAsGood
    /// The other half does not bear the choice out.
    case notConfirmed(candidate: Int, range: Int, reduction: Estimate, benignShare: Estimate)
  }

  /// The candidate, and the range of it.
  public let candidate, range: Int
  /// On the half that tested: the mean over its layers of the share of the fall that each takes away there, and the share of benign turns'
  /// tokens that they touch at one of them or another (of the default's responses where no conversation is benign, without an interval).
  public let reduction, benignShare: Estimate

  /// How much of what the best cap takes of the fall each layer of the range must take.
  public static let share = 0.8

  /// Chooses among `count` candidates, as `single` was chosen: on the same half of the same conversations.
  ///
  /// - Parameters:
  ///   - candidate: makes one, by its place: all together may be large.
  ///   - names: the name of each conversation; those of one name go to one half.
  ///   - strata: the domain of each.
  ///   - budget: the most that may be touched of benign turns, in 0…1.
  /// - Throws: `Obstacle`, or `LinearAlgebraError.noWorkspace`.
  public init(
    _ count: Int, besides single: CapRecommendation, names: [[String]], strata: [String], budget: Double,
    replicates: Int, seed: UInt64, candidate: (Int) -> Candidate
  ) throws {
    let (clusters, number) = ConversationGroup.clusters(of: names)
    let isChoosing = CapRecommendation.halves(clusters, number, strata: strata, seed: seed)
    func assess(
      _ candidate: Candidate, _ ranges: [Int], choosing: Bool, replicates: Int
    ) throws -> [CapRangeEffect] {
      let places = clusters.indices.filter { isChoosing[clusters[$0]] == choosing }
      return try CapRangeEffect.effects(
        candidate.layers.map { layer in places.map { layer[$0] } },
        ranges.map { range in
          let own = candidate.ranges[range]
          return .init(own.layers, places.map { own.conversations[$0] })
        }, names: places.map { names[$0] }, replicates: replicates, seed: seed)
    }
    let bar = Self.share * single.choice.choosing.reduction.value
    var (hasBenign, hasRanges) = (false, false)
    var best: (candidate: Int, range: Int, effect: CapRangeEffect, width: Int)?
    for place in 0..<count {
      let own = candidate(place)
      hasBenign = hasBenign || own.layers.contains { $0.contains(where: \.isBenign) }
      hasRanges = hasRanges || !own.ranges.isEmpty
      // Most are told from what they do, without samples.
      let all = try assess(own, Array(own.ranges.indices), choosing: true, replicates: 0)
      let good = all.indices.filter { range in
        let cost = max(hasBenign ? all[range].benignShare.value : 0, own.defaultShares[range] ?? 0)
        return cost <= budget && all[range].leastReduction >= bar
      }
      if good.isEmpty { continue }
      for (range, effect) in zip(good, try assess(own, good, choosing: true, replicates: replicates)) {
        let width = own.ranges[range].layers.count
        guard effect.reduction.interval != nil else { continue }
        if let known = best, (known.width, known.effect.reduction.value) >= (width, effect.reduction.value) { continue }
        best = (place, range, effect, width)
      }
    }
    guard hasRanges else { throw Obstacle.noRanges }
    guard let best else { throw Obstacle.noneAsGood }
    let own = candidate(best.candidate)
    let tested = try assess(own, [best.range], choosing: false, replicates: replicates)[0]
    let benign = hasBenign ? tested.benignShare : Estimate(own.defaultShares[best.range] ?? .nan)
    guard tested.reduction.interval?.isPositive ?? false, !(benign.value > budget) else {
      throw Obstacle.notConfirmed(
        candidate: best.candidate, range: best.range, reduction: tested.reduction, benignShare: benign)
    }
    (self.candidate, range) = (best.candidate, best.range)
    (reduction, benignShare) = (tested.reduction, benign)
  }
}
