internal import Glibc
internal import LinearAlgebra
public import Statistics

/// Whether the residuals of a tether look as the walk says they do: independent from turn to turn, of one size wherever they
/// begin, without stragglers.
public struct TetherResiduals: Sendable, Equatable {
  /// The correlation of a residual with the next of the same conversation, Σ e e′ / n′ over Σ e² / n. Above 0 where conversations
  /// rest at points of their own, and the stiffness is then understated; below 0 where single turns are read with an error, and
  /// it is overstated. NaN without two steps in a row.
  public let autocorrelation: Estimate
  /// The correlation of the squared residual with the position the step begins at: above 0 if the walk is more restless near the
  /// Assistant, below 0 if away from it. NaN if either is constant.
  public let heteroscedasticity: Estimate
  /// The standard deviation of residuals by the middle half of them, 1.4826 · median |e|, which stragglers do not move.
  public let robustScale: Double
  /// The number of residuals beyond four of it; of normal ones, 6 in 100,000.
  public let outlyingSteps: Int
  /// The number that as many normal residuals would have.
  public let expectedOutlyingSteps: Double
  /// The largest residual in units of it; NaN if it is 0.
  public let largestStep: Double

  /// Whether there are more of them than normal residuals have but once in a hundred times (Poisson).
  public var hasStragglers: Bool {
    var (term, below) = (exp(-expectedOutlyingSteps), 0.0)
    for count in 0..<outlyingSteps {
      below += term
      term *= expectedOutlyingSteps / Double(count + 1)
    }
    return outlyingSteps > 0 && 1 - below < 0.01
  }

  /// Where a step counts as far outside, in robust standard deviations.
  public static let outlying = 4.0

  /// The columns of what is resampled, an element for each conversation: six of pairs of steps in a row, and six of squared
  /// residuals.
  static func columns(_ steps: TetherSteps, _ residuals: [Double]) -> [[Double]] {
    var columns = [[Double]](repeating: [Double](repeating: 0, count: steps.ranges.count), count: 12)
    for (conversation, range) in steps.ranges.enumerated() {
      var own = [Double](repeating: 0, count: 12)
      for step in range {
        let (x, y, square) = (steps.positions[step], steps.changes[step], residuals[step] * residuals[step])
        if steps.follows[step] {
          let (earlierX, earlierY) = (steps.positions[step - 1], steps.changes[step - 1])
          own[0] += 1
          own[1] += y * earlierY
          own[2] += y + earlierY
          own[3] += x * earlierY + y * earlierX
          own[4] += x + earlierX
          own[5] += x * earlierX
        }
        own[6] += 1
        own[7] += x
        own[8] += x * x
        own[9] += square
        own[10] += square * square
        own[11] += square * x
      }
      for column in own.indices { columns[column][conversation] = own[column] }
    }
    return columns
  }

  /// From the sums over all steps, `totals`, their line, whose residual sum of squares is 0 if all lie on it, and over those of samples, `drawn`, where they begin at column `place`.
  init(
    _ steps: TetherSteps, _ residuals: [Double], totals: [Double],
    line: (level: Double, slope: Double, residual: Double), drawn: Matrix, at place: Int, clusters: Int
  ) {
    // Of the sample's own line: that residuals come from an estimate is part of how they vary.
    let autocorrelations = (0..<drawn.rows).map { row -> Double in
      guard let own = TetherSums(drawn.row(row), at: 0).line else { return .nan }
      return Self.autocorrelation(drawn.row(row).dropFirst(place), own)
    }
    let found = Self.autocorrelation(totals[...], line)
    autocorrelation = Estimate(found, found.isNaN ? nil : Interval(percentilesOf: autocorrelations, clusters: clusters))
    let correlations = (0..<drawn.rows).map { Self.correlation(drawn.row($0).dropFirst(place + 6)) }
    let correlation = Self.correlation(totals.dropFirst(6))
    heteroscedasticity =
      line.residual == 0 || correlation.isNaN
      ? Estimate(.nan) : Estimate(correlation, Interval(percentilesOf: correlations, clusters: clusters))
    let sizes = residuals.map { abs($0) }
    let scale = 1.4826 * quantile(sizes, 0.5)
    let isExact = line.residual == 0
    robustScale = isExact ? 0 : scale
    outlyingSteps = isExact || scale == 0 ? 0 : sizes.count { $0 > Self.outlying * scale }
    expectedOutlyingSteps = Double(sizes.count) * erfc(Self.outlying / 2.0.squareRoot())
    largestStep = isExact || scale == 0 ? .nan : (sizes.max() ?? .nan) / scale
  }

  /// With e = y − a − b x: Σ e e′ = Σ y y′ − a Σ (y + y′) − b Σ (x y′ + x′ y) + a² n′ + a b Σ (x + x′) + b² Σ x x′.
  private static func autocorrelation(
    _ sums: ArraySlice<Double>, _ line: (level: Double, slope: Double, residual: Double)
  ) -> Double {
    let s = Array(sums.prefix(7))
    let (a, b) = (line.level, line.slope)
    let products = s[1] - a * s[2] - b * s[3] + a * a * s[0] + a * b * s[4] + b * b * s[5]
    guard s[0] > 0, line.residual > 0 else { return .nan }
    return products / s[0] / (line.residual / s[6])
  }

  private static func correlation(_ sums: ArraySlice<Double>) -> Double {
    let s = Array(sums.prefix(6))
    guard s[0] > 0 else { return .nan }
    let (xx, qq) = (s[2] - s[1] * s[1] / s[0], s[4] - s[3] * s[3] / s[0])
    guard xx > 1e-14 * s[2], qq > 1e-14 * s[4] else { return .nan }
    return (s[5] - s[1] * s[3] / s[0]) / (xx.squareRoot() * qq.squareRoot())
  }
}
