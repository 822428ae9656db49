internal import Glibc

/// A conversation that wanders about a resting point and is read with an error: a state space model of first order,
///
///     x[0] = start + s (θ_c − θ) + N(0, startDeviation²),   x[t+1] = x[t] + k (θ_c − x[t]) + N(0, noise²),
///     position[t] = x[t] + N(0, reading²),
///
/// in axis position, with a resting point θ_c ~ N(θ, restingDeviation²) of each conversation's own, and s = 1 if conversations start
/// about it, 0 if the start knows nothing of it (Durbin & Koopman, Time Series Analysis by State Space Methods, 2nd edition, chapters
/// 3 and 4).
public struct WalkModel: Sendable, Equatable {
  /// The reversion rate k: the share of the gap to the resting point that a turn closes. 0 is no pull, 1 no memory.
  public let reversionRate: Double
  /// The mean θ of resting points, in axis position.
  public let restingPoint: Double
  /// The standard deviation of conversations' own resting points; 0 if they share one.
  public let restingDeviation: Double
  /// The standard deviation of the noise of a step.
  public let noise: Double
  /// The standard deviation of the reading error; of those given by turn, the root of their mean square.
  public let reading: Double
  /// Whether conversations start about their own resting points: s = 1.
  public let startsAtOwnPoint: Bool
  /// The mean of x[0], and its standard deviation about that or about the conversation's own.
  public let start, startDeviation: Double

  /// A walk of given numbers.
  public init(
    reversionRate: Double, restingPoint: Double, restingDeviation: Double = 0, startsAtOwnPoint: Bool = false,
    noise: Double, reading: Double, start: Double, startDeviation: Double
  ) {
    (self.reversionRate, self.restingPoint, self.restingDeviation) = (reversionRate, restingPoint, restingDeviation)
    self.startsAtOwnPoint = startsAtOwnPoint
    (self.noise, self.reading, self.start, self.startDeviation) = (noise, reading, start, startDeviation)
  }

  /// The turns in which half of a gap is closed, ln 2 / −ln(1 − k); NaN outside 0 < k < 1.
  public var halfLife: Double { Self.halfLife(reversionRate) }

  /// The standard deviation of x about its conversation's resting point in the long run, noise / √(1 − (1 − k)²).
  public var stationaryDeviation: Double {
    let memory = 1 - reversionRate
    return abs(memory) < 1 ? noise / (1 - memory * memory).squareRoot() : .nan
  }

  static func halfLife(_ reversionRate: Double) -> Double {
    reversionRate > 0 && reversionRate < 1 ? log(2) / -log1p(-reversionRate) : .nan
  }
}
