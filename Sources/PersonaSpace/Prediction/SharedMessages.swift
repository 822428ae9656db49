internal import Statistics

/// Which conversations have a user's message in common. Two turns after the same message have the same features, so that what was
/// learned of the one would pass for a prediction of the other: such conversations are held out together.
public struct SharedMessages: Sendable, Equatable {
  /// The embeddings that turns of more than one conversation have, to the last bit.
  public let messages: Int
  /// The conversations that have one of them.
  public let conversations: Int
  /// The groups that conversations with a turn that follows another form when those with a message in common are one; a
  /// conversation without any is a group of its own.
  public let groups: Int
  /// Whether all conversations are one group, so that they cannot be held out from each other without what they share.
  public var hangTogether: Bool { messages > 0 && groups == 1 }
  /// The group of each turn: the lowest number of a conversation in it. Each turn's own conversation if all hang together.
  let units: [Int]

  /// Of `turns`.
  init(_ turns: [PredictedTurn]) {
    let own = turns.map(\.group)
    var parent = Array(0...(own.max() ?? 0))
    func root(_ group: Int) -> Int {
      var group = group
      while parent[group] != group { group = parent[group] }
      return group
    }
    var members: [FeatureRow: Set<Int>] = [:]
    for turn in turns { members[turn.embedding, default: []].insert(turn.group) }
    let shared = members.values.filter { $0.count > 1 }
    for groups in shared {
      // The lowest number stays the root, whatever the order of sets.
      for group in groups {
        let roots = [root(group), root(groups.min() ?? group)].sorted()
        parent[roots[1]] = roots[0]
      }
    }
    let roots = own.map(root)
    messages = shared.count
    conversations = Set(shared.joined()).count
    groups = Set(turns.indices.filter { turns[$0].previous != nil }.map { roots[$0] }).count
    units = groups == 1 ? own : roots
  }
}
