internal import Statistics

/// The drift of one conversation along the Assistant axis: levels, and apart from them changes, global (since the start) and
/// local (from one turn to the next).
public struct ConversationDrift: Sendable, Equatable {
  /// The number of turns measured.
  public let turns: Int
  /// The position of the first turn; NaN if that was not measured.
  public let start: Double
  /// The position of the last turn; NaN if that was not measured.
  public let end: Double
  /// end − start; negative away from the Assistant; NaN without a start or an end.
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

  /// Global drift: the mean over the turns after the first of the position less that of the first; NaN without a start or a
  /// later turn.
  public let displacement: Double
  /// The same of absolute differences; not negative.
  public let absoluteDisplacement: Double
  /// The number of steps, changes from a turn to the very next.
  public let steps: Int
  /// Local drift: the mean change from a turn to the next; NaN without a step.
  public let meanStep: Double
  /// The same of absolute changes; not negative.
  public let meanAbsoluteStep: Double
  /// The first turn strictly below the threshold; nil if none is.
  public let firstCrossing: Int?

  /// The drift along `track`; `threshold` is the position below which a turn has left the Assistant.
  public init(_ track: ConversationTrack, threshold: Double = 0.5) {
    let positions = track.positions
    turns = positions.count
    start = track.start ?? .nan
    end = track.end ?? .nan
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
    firstCrossing = positions.firstIndex { $0 < threshold }.map { track.turns[$0] }
    let (later, places, first) = (positions.dropFirst(), track.steps, start)
    displacement = later.isEmpty ? .nan : later.reduce(0) { $0 + ($1 - first) } / Double(later.count)
    absoluteDisplacement = later.isEmpty ? .nan : later.reduce(0) { $0 + abs($1 - first) } / Double(later.count)
    steps = places.count
    let changes = places.map { positions[$0 + 1] - positions[$0] }
    meanStep = changes.isEmpty ? .nan : changes.reduce(0, +) / Double(steps)
    meanAbsoluteStep = changes.isEmpty ? .nan : changes.reduce(0) { $0 + abs($1) } / Double(steps)
  }
}
