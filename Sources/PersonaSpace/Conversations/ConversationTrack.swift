/// A conversation's axis positions by turn, in order. Turns may be missing, as those left out for not being finite.
public struct ConversationTrack: Sendable, Equatable {
  /// The index of each turn among those of its speaker, from 0, ascending.
  public let turns: [Int]
  /// The axis position of each; as many as `turns`.
  public let positions: [Double]
  /// The number of turns of its speaker that the conversation has, measured or not: above every one of `turns`.
  public let count: Int

  /// The positions of the turns `turns`, of all turns from the first on if nil, in a conversation of `count` turns, of as many as
  /// are known from `turns` if nil.
  ///
  /// - Precondition: there is a turn, and turns ascend.
  public init(positions: [Double], turns: [Int]? = nil, count: Int? = nil) {
    self.turns = turns ?? Array(positions.indices)
    self.positions = positions
    let least = (self.turns.last ?? -1) + 1
    self.count = max(count ?? least, least)
    precondition(!positions.isEmpty && self.turns.count == positions.count, "no turns, or not one position for each")
    precondition(zip(self.turns, self.turns.dropFirst()).allSatisfy(<), "turns that do not ascend")
  }

  /// The position of turn 0; nil if it is missing.
  public var start: Double? { turns[0] == 0 ? positions[0] : nil }
  /// The position of the last turn; nil if it is missing.
  public var end: Double? { turns[turns.count - 1] == count - 1 ? positions[positions.count - 1] : nil }

  /// The places of the turns from which a step leads to the very next one. Over a turn that is missing there is no step:
  /// it would be one of two.
  public var steps: [Int] { (0..<positions.count - 1).filter { turns[$0 + 1] == turns[$0] + 1 } }

  /// The first `count` turns, measured or not; nil if none of them was measured.
  func first(_ count: Int) -> ConversationTrack? {
    let kept = turns.prefix { $0 < count }.count
    if kept == 0 { return nil }
    return ConversationTrack(
      positions: Array(positions[..<kept]), turns: Array(turns[..<kept]), count: min(count, self.count))
  }

  /// The place of the turn `turn`; nil if it is missing.
  public func place(ofTurn turn: Int) -> Int? {
    // Hardly any turn is missing.
    if turns.indices.contains(turn), turns[turn] == turn { return turn }
    return turns.firstIndex(of: turn)
  }
}
