public import Statistics

/// The cap that takes the most of the drift within a budget of what it may touch of benign turns: chosen on half of the conversations,
/// and tested on the other, so that the choice does not flatter it.
public struct CapRecommendation: Sendable {
  /// A cap that may be chosen.
  public struct Candidate: Sendable {
    /// What it does to each conversation; all candidates have the same conversations, in one order.
    public let conversations: [CapEffect.Conversation]
    /// The share of the default's own responses that it touches; nil if they are not known.
    public let defaultShare: Double?

    /// A cap that does this.
    public init(_ conversations: [CapEffect.Conversation], defaultShare: Double?) {
      (self.conversations, self.defaultShare) = (conversations, defaultShare)
    }
  }

  /// Why none is recommended.
  public enum Obstacle: Error, Sendable, Equatable {
    /// What was simulated are no floors: it moves every token.
    case noFloors
    /// Nothing says what capping should leave alone: no benign conversation, no response of the default.
    case nothingBenign
    /// Too few bootstrap samples for intervals.
    case noIntervals
    /// Fewer conversations that are not regenerations of one another than `least` in a half.
    case tooFewConversations(Int)
    /// No conversation has a first and a last turn with positions.
    case noEnds
    /// A half of the conversations has none that is benign.
    case tooFewBenign
    /// The half that chooses shows no fall that is told from 0.
    case noFall
    /// Every cap touches more than the budget of what is benign; the least share.
    case overBudget(Double)
    /// No cap within the budget takes anything of the fall.
    case noEffect
    /// The other half does not bear the choice out: its reduction is not told from 0, or it touches more than the budget.
    case notConfirmed(Choice)
  }

  /// What a cap does on a half of the conversations.
  public struct Half: Sendable, Equatable {
    /// The conversations, regenerations counted as one.
    public let conversations: Int
    /// The share of the fall that it takes away, and the share of benign turns' tokens that it touches (of the default's responses where
    /// no conversation is benign, without an interval).
    public let reduction, benignShare: Estimate
  }

  /// The cap that does most on the half that chooses.
  public struct Choice: Sendable, Equatable {
    /// The candidate.
    public let candidate: Int
    /// On the half that chose it, which flatters it, and on the other.
    public let choosing, testing: Half
  }

  /// The cap, which the half that tests bears out.
  public let choice: Choice

  /// Fewer independent conversations in a half have no interval.
  public static let least = Interval.leastClusters
  /// A half that chooses and a half that tests.
  public static let leastConversations = 2 * least

  /// Chooses among `candidates`.
  ///
  /// - Parameters:
  ///   - names: the name of each conversation; those of one name go to one half.
  ///   - strata: the domain of each; halves have as many of each domain, give or take one.
  ///   - budget: the most that may be touched of benign turns, in 0…1.
  /// - Throws: `Obstacle`, or `LinearAlgebraError.noWorkspace`.
  public init(
    _ candidates: [Candidate], names: [[String]], strata: [String], budget: Double, replicates: Int, seed: UInt64
  ) throws {
    let hasBenign = candidates.first?.conversations.contains(where: \.isBenign) ?? false
    guard hasBenign || candidates.contains(where: { $0.defaultShare != nil }) else { throw Obstacle.nothingBenign }
    guard replicates >= Interval.leastReplicates else { throw Obstacle.noIntervals }
    let (clusters, count) = ConversationGroup.clusters(of: names)
    guard count >= Self.leastConversations else { throw Obstacle.tooFewConversations(count) }
    let isChoosing = Self.halves(clusters, count, strata: strata, seed: seed)
    func assess(_ candidates: [Candidate], choosing: Bool) throws -> [CapEffect] {
      let places = clusters.indices.filter { isChoosing[clusters[$0]] == choosing }
      return try CapEffect.effects(
        candidates.map { candidate in places.map { candidate.conversations[$0] } }, names: places.map { names[$0] },
        replicates: replicates, seed: seed)
    }
    let effects = try assess(candidates, choosing: true)
    guard effects.contains(where: { !$0.fallBefore.value.isNaN }) else { throw Obstacle.noEnds }
    if hasBenign, effects.contains(where: \.benignShare.value.isNaN) { throw Obstacle.tooFewBenign }
    guard effects.contains(where: Self.falls) else { throw Obstacle.noFall }
    let costs = zip(candidates, effects).map { candidate, effect in
      max(hasBenign ? effect.benignShare.value : 0, candidate.defaultShare ?? 0)
    }
    let affordable = candidates.indices.filter { costs[$0] <= budget }
    guard !affordable.isEmpty else { throw Obstacle.overBudget(costs.min() ?? .nan) }
    let effective = affordable.filter { Self.falls(effects[$0]) && effects[$0].reduction.value > 0 }
    guard let chosen = effective.max(by: { effects[$0].reduction.value < effects[$1].reduction.value }) else {
      throw Obstacle.noEffect
    }
    let tested = try assess([candidates[chosen]], choosing: false)[0]
    if hasBenign, tested.benignShare.value.isNaN { throw Obstacle.tooFewBenign }
    let benign = hasBenign ? tested.benignShare : Estimate(candidates[chosen].defaultShare ?? .nan)
    choice = Choice(
      candidate: chosen,
      choosing: Half(
        conversations: isChoosing.count { $0 }, reduction: effects[chosen].reduction,
        benignShare: hasBenign ? effects[chosen].benignShare : benign),
      testing: Half(
        conversations: isChoosing.count { !$0 }, reduction: tested.reduction, benignShare: benign))
    guard tested.reduction.interval?.isPositive ?? false, !(benign.value > budget) else {
      throw Obstacle.notConfirmed(choice)
    }
  }

  private static func falls(_ effect: CapEffect) -> Bool { effect.fallBefore.interval?.isPositive ?? false }

  /// Whether each cluster is in the half that chooses: every other one of each stratum, in random order.
  static func halves(_ clusters: [Int], _ count: Int, strata: [String], seed: UInt64) -> [Bool] {
    var stratum = [String](repeating: "", count: count)
    for (place, cluster) in clusters.enumerated() { stratum[cluster] = strata[place] }
    var (order, generator) = (Array(0..<count), SeededGenerator(seed: seed, purpose: .capHalves))
    generator.shuffle(&order)
    // By stratum, random within.
    let sorted = order.enumerated().sorted { (stratum[$0.element], $0.offset) < (stratum[$1.element], $1.offset) }
    var isChoosing = [Bool](repeating: false, count: count)
    for (place, item) in sorted.enumerated() { isChoosing[item.element] = place % 2 == 0 }
    return isChoosing
  }
}
