/// How much less conversations drift after capping.
public struct DriftReduction: Sendable, Equatable {
  /// The mean fall from a conversation's first to its last turn, start − end in axis position, before capping; NaN
  /// if no conversation has two turns.
  public let before: Double
  /// The same after capping.
  public let after: Double
  /// 1 − after / before: the share of the drift that capping takes away; NaN unless `before` is positive, as there
  /// is then no drift to reduce.
  public let reduction: Double

  /// Compares conversations, each before and after. One of a single turn cannot drift, one whose first or last turn is missing
  /// has no start or no end: neither counts.
  public init(_ conversations: [(before: ConversationTrack, after: ConversationTrack)]) {
    let moving = conversations.filter { $0.before.turns.count > 1 && $0.before.start != nil && $0.before.end != nil }
    func meanFall(_ tracks: [ConversationTrack]) -> Double {
      tracks.reduce(0) { $0 + ($1.start ?? .nan) - ($1.end ?? .nan) } / Double(tracks.count)
    }
    before = meanFall(moving.map(\.before))
    after = meanFall(moving.map(\.after))
    reduction = before > 0 ? 1 - after / before : .nan
  }
}
