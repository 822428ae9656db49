internal import LinearAlgebra
public import Statistics

/// A tether with its intervals and what speaks against it.
public struct TetherFit: Sendable {
  /// What is done about the bias of few and short conversations.
  public enum BiasCorrection: String, Sendable, CaseIterable {
    /// Least squares as they are: the definition.
    case none
    /// The half-panel jackknife of the line's coefficients, 2 b − mean of those of the halves (Dhaene & Jochmans, Review of
    /// Economic Studies 82, 2015, equation 8). The residual noise stays that of least squares.
    case jackknife
  }

  /// The tether, corrected if that was asked for.
  public let tether: Tether
  /// Least squares as they are.
  public let leastSquares: Tether
  /// The number of conversations with a step, and of clusters of them.
  public let conversations, clusters: Int
  /// Intervals by bootstrap over conversations; nil where there is none.
  public let stiffness, restingPoint, residualNoise, spread: Interval?
  /// Whether the steps look as the walk says.
  public let residuals: TetherResiduals

  /// The ends of the half-life's interval are those of the ends of the stiffness; NaN for one beyond which it is not defined: a
  /// stiffness that is not told from 0 has no longest half-life.
  public var halfLife: (low: Double, high: Double) {
    (Tether.halfLife(stiffness?.high ?? .nan), Tether.halfLife(stiffness?.low ?? .nan))
  }

  /// Fits the tether of `group`.
  ///
  /// - Throws: `TetherFault` if it is too small, `LinearAlgebraError.noWorkspace`.
  public init(
    _ group: ConversationGroup, correction: BiasCorrection = .none, replicates: Int, seed: UInt64
  ) throws {
    let steps = try TetherSteps(group.tracks)
    let centre = steps.centre
    let panels = [steps.ranges] + (correction == .jackknife ? steps.halves : [])
    var columns = panels.flatMap { TetherSums.columns(steps, $0) }
    let totals = columns.map { $0.reduce(0, +) }
    guard totals.allSatisfy(\.isFinite) else { throw TetherFault.beyondRange }
    guard let line = TetherSums(totals[...], at: 0).line else {
      throw TetherFault.constantPositions(centre.position)
    }
    let residuals = zip(steps.positions, steps.changes).map { $1 - line.level - line.slope * $0 }
    let squares = sumOfSquares(residuals, about: 0)
    // Residuals of a line that every step lies on are rounding.
    let isExact = squares <= 1e-24 * (totals[2] + totals[5])
    let count = steps.positions.count
    let residualNoise = (squares / Double(count - 2)).squareRoot()
    leastSquares = Tether(
      steps: count, level: line.level, slope: line.slope, centre: centre, residualNoise: residualNoise)
    guard let corrected = Self.corrected(totals[...], panels.count) else { throw TetherFault.tooShortForHalves }
    tether = Tether(
      steps: count, level: corrected.level, slope: corrected.slope, centre: centre, residualNoise: residualNoise)

    let places = columns.count
    columns += TetherResiduals.columns(steps, residuals)
    let resampled = group.resampled(replicates, seed: seed)
    let drawn = try resampled.sums(of: columns)
    let tethers = (0..<drawn.rows).map { row -> Tether? in
      let sums = drawn.row(row)
      let own = TetherSums(sums, at: 0)
      guard let line = own.line, let corrected = Self.corrected(sums, panels.count) else { return nil }
      return Tether(
        steps: Int(own.steps), level: corrected.level, slope: corrected.slope, centre: centre,
        residualNoise: (line.residual / (own.steps - 2)).squareRoot())
    }
    let moving = steps.ranges.map { $0.isEmpty ? Double.nan : 1 }
    let clusters = resampled.clusters(with: moving)
    func interval(_ value: (Tether) -> Double) -> Interval? {
      Interval(percentilesOf: tethers.map { $0.map(value) ?? .nan }, clusters: clusters)
    }
    (conversations, self.clusters) = (moving.count { !$0.isNaN }, clusters)
    (stiffness, restingPoint) = (interval(\.stiffness), interval(\.restingPoint))
    (self.residualNoise, spread) = (interval(\.residualNoise), interval(\.spread))
    self.residuals = TetherResiduals(
      steps, residuals, totals: TetherResiduals.columns(steps, residuals).map { $0.reduce(0, +) },
      line: (line.level, line.slope, isExact ? 0 : squares), drawn: drawn, at: places, clusters: clusters)
  }

  /// The line of all steps, the first panel; of five, with twice it less the mean of the four halves.
  private static func corrected(_ sums: ArraySlice<Double>, _ panels: Int) -> (level: Double, slope: Double)? {
    var (level, slope) = (0.0, 0.0)
    for panel in 0..<panels {
      guard let line = TetherSums(sums, at: panel * TetherSums.count).line else { return nil }
      let weight = panel == 0 ? (panels == 1 ? 1.0 : 2) : -1 / Double(panels - 1)
      level += weight * line.level
      slope += weight * line.slope
    }
    return (level, slope)
  }
}
