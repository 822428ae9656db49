/// The drift of one conversation along the Assistant axis, from the axis positions of its assistant turns.
public struct ConversationDrift: Sendable, Equatable {
  /// The number of turns.
  public let turns: Int
  /// The position of the first turn.
  public let start: Double
  /// The position of the last turn.
  public let end: Double
  /// end − start; negative away from the Assistant.
  public let change: Double
  /// The mean position.
  public let mean: Double
  /// The lowest position: farthest from the Assistant.
  public let minimum: Double
  /// The least-squares slope, position per turn; NaN for a single turn.
  public let slope: Double
  /// The largest fall below an earlier position; 0 if it never falls.
  public let maximumDrawdown: Double
  /// The share of turns strictly below the threshold, in 0…1.
  public let belowThreshold: Double

  /// The drift of a conversation whose turns are at `positions`, in order.
  ///
  /// - Precondition: there is a turn.
  public init(positions: [Double], threshold: Double = 0.5) {
    precondition(!positions.isEmpty, "a conversation without turns")
    turns = positions.count
    start = positions[0]
    end = positions[positions.count - 1]
    change = end - start
    let mean = positions.reduce(0, +) / Double(positions.count)
    self.mean = mean
    minimum = positions.min() ?? .nan
    let middle = Double(positions.count - 1) / 2
    var (covariance, spread, peak, drawdown) = (0.0, 0.0, -Double.infinity, 0.0)
    for (turn, position) in positions.enumerated() {
      let offset = Double(turn) - middle
      covariance += offset * (position - mean)
      spread += offset * offset
      peak = max(peak, position)
      drawdown = max(drawdown, peak - position)
    }
    slope = positions.count > 1 ? covariance / spread : .nan
    maximumDrawdown = drawdown
    belowThreshold = Double(positions.count { $0 < threshold }) / Double(positions.count)
  }
}

/// The mean position at each turn over the conversations that reach it.
///
/// Conversations may differ in length: `conversations` falls along the curve, and a change of the mean can then come
/// from which ones are left.
public func driftCurve(_ conversations: [[Double]]) -> [(turn: Int, conversations: Int, mean: Double)] {
  (0..<(conversations.map(\.count).max() ?? 0)).map { turn in
    let reached = conversations.filter { $0.count > turn }.map { $0[turn] }
    return (turn, reached.count, reached.reduce(0, +) / Double(reached.count))
  }
}
