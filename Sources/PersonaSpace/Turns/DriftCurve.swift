/// The mean position at one turn.
public struct DriftCurvePoint: Sendable, Equatable {
  /// The turn.
  public let turn: Int
  /// The number of conversations in which it was measured.
  public let conversations: Int
  /// Their mean axis position.
  public let mean: Double
}

/// The mean position at each turn over the conversations that reach it, for turns that any does.
///
/// Conversations may differ in length: `conversations` falls along the curve, and a change of the mean can then come
/// from which ones are left.
public func driftCurve(_ tracks: [ConversationTrack]) -> [DriftCurvePoint] {
  var sums: [Int: (count: Int, sum: Double)] = [:]
  for track in tracks {
    for (turn, position) in zip(track.turns, track.positions) {
      sums[turn, default: (0, 0)].count += 1
      sums[turn, default: (0, 0)].sum += position
    }
  }
  return sums.sorted { $0.key < $1.key }.map {
    DriftCurvePoint(turn: $0.key, conversations: $0.value.count, mean: $0.value.sum / Double($0.value.count))
  }
}
