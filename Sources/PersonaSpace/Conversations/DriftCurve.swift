public import Statistics

/// The mean position at one turn, over the conversations that reach it, and the mean changes that lead there.
public struct DriftCurvePoint: Sendable, Equatable {
  /// The turn.
  public let turn: Int
  /// The number of conversations in which it was measured.
  public let conversations: Int
  /// Their mean axis position.
  public let mean: Estimate
  /// The standard deviation of their positions, with n − 1; NaN of one.
  public let standardDeviation: Double
  /// The mean change since the start, over those that have one; NaN without any.
  public let change: Estimate
  /// The mean step from the turn before, over those that have it; NaN without any.
  public let step: Estimate
}

/// The mean position at each turn over the conversations that reach it, for turns that any does, with intervals from bootstrap
/// samples of conversations.
///
/// Conversations may differ in length: `conversations` falls along the curve, and a change of the mean can then come
/// from which ones are left.
///
/// - Throws: `LinearAlgebraError.noWorkspace`.
public func driftCurve(_ group: ConversationGroup, replicates: Int, seed: UInt64) throws -> [DriftCurvePoint] {
  let turns = Set(group.tracks.flatMap(\.turns)).sorted()
  let resampled = group.resampled(replicates, seed: seed)
  let columns = turns.flatMap { turn in
    var (levels, changes, steps) = ([Double](), [Double](), [Double]())
    for track in group.tracks {
      guard let place = track.place(ofTurn: turn) else {
        levels.append(.nan)
        changes.append(.nan)
        steps.append(.nan)
        continue
      }
      let position = track.positions[place]
      levels.append(position)
      changes.append(place > 0 ? position - (track.start ?? .nan) : .nan)
      steps.append(place > 0 && track.turns[place - 1] == turn - 1 ? position - track.positions[place - 1] : .nan)
    }
    return [levels, changes, steps]
  }
  let means = try resampled.means(of: columns)
  return turns.enumerated().map { index, turn in
    let (levels, mean) = (columns[3 * index].filter { !$0.isNaN }, means[3 * index])
    return DriftCurvePoint(
      turn: turn, conversations: levels.count, mean: mean,
      standardDeviation: standardDeviation(of: levels),
      change: means[3 * index + 1], step: means[3 * index + 2])
  }
}
