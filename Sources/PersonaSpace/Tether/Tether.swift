internal import Glibc

/// The tether of conversations to a point of the Assistant axis: a mean-reverting walk
/// x[t+1] = x[t] + k (θ − x[t]) + σ e[t], in axis position, by least squares over all steps of all conversations of a group,
/// Δx = b₀ + b₁ x with k = −b₁ and θ = b₀ / k.
///
/// Resistance and instability are its two readings: k and θ are the pull and where it pulls to, σ the wandering.
public struct Tether: Sendable, Equatable {
  /// The number of steps n.
  public let steps: Int
  /// Stiffness k: the share of the gap to the resting point that a turn closes; 0 is no pull, 1 snaps back at once.
  public let stiffness: Double
  /// The resting point θ, in axis position: 1 is the default Assistant, 0 the mean role; NaN without a pull (k = 0).
  public let restingPoint: Double
  /// The residual noise σ of a turn, the standard deviation of what the pull does not explain, in axis position: √(RSS / (n − 2)).
  public let residualNoise: Double

  /// ln 2 / −ln(1 − k), the turns in which half of a gap is closed; NaN outside 0 < k < 1.
  public var halfLife: Double { Self.halfLife(stiffness) }

  /// The standard deviation σ / √(1 − (1 − k)²) of positions in the long run; NaN outside 0 < k < 2, where there is none.
  public var spread: Double {
    let kept = 1 - stiffness
    return stiffness > 0 && stiffness < 2 ? residualNoise / (1 - kept * kept).squareRoot() : .nan
  }

  static func halfLife(_ stiffness: Double) -> Double {
    stiffness > 0 && stiffness < 1 ? log(2) / -log1p(-stiffness) : .nan
  }

  /// From the line Δx − d = `level` + `slope` (x − c) about `centre`, (c, d).
  init(steps: Int, level: Double, slope: Double, centre: (position: Double, change: Double), residualNoise: Double) {
    self.steps = steps
    stiffness = -slope
    restingPoint = slope == 0 ? .nan : centre.position - (centre.change + level) / slope
    self.residualNoise = residualNoise
  }
}

/// Why a group of conversations has no tether.
public enum TetherFault: Error, Sendable, Equatable {
  /// Fewer steps, changes from a turn to the very next, than a line with an error takes.
  case tooFewSteps(Int)
  /// Every step begins at one position.
  case constantPositions(Double)
  /// Positions or steps are so large that their sums leave the range of doubles.
  case beyondRange
  /// A half of the conversations is such that no line can be fitted to it.
  case tooShortForHalves

  /// The steps that are needed.
  public static let leastSteps = 3

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .tooFewSteps(let steps): "\(steps) step\(steps == 1 ? "" : "s") from a turn to the next; at least 3 are needed"
    case .constantPositions(let position): "every step begins at position \(position): nothing tells a pull"
    case .beyondRange: "positions are too large to be summed: the table is damaged, or the axis is no axis"
    case .tooShortForHalves:
      "the jackknife needs 3 steps that begin at more than one position in each half of the conversations' turns"
    }
  }
}
