/// The drift of one conversation along the Assistant axis.
public struct ConversationDrift: Sendable, Equatable {
  /// The number of turns measured.
  public let turns: Int
  /// The position of the first turn; NaN if that was not measured.
  public let start: Double
  /// The position of the last turn.
  public let end: Double
  /// end − start; negative away from the Assistant; NaN without a start.
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

  /// The drift along `track`; `threshold` is the position below which a turn has left the Assistant.
  public init(_ track: ConversationTrack, threshold: Double = 0.5) {
    let positions = track.positions
    turns = positions.count
    start = track.start ?? .nan
    end = track.end
    change = end - start
    let mean = positions.reduce(0, +) / Double(positions.count)
    self.mean = mean
    minimum = positions.min() ?? .nan
    let middle = Double(track.turns.reduce(0, +)) / Double(track.turns.count)
    var (covariance, spread, peak, drawdown) = (0.0, 0.0, -Double.infinity, 0.0)
    for (turn, position) in zip(track.turns, positions) {
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
