public import LinearAlgebra
internal import Statistics

/// How well a pilot's roles tell the standard deviation of cos(axis, PC1), on the scale of the angle: by samples of pilots that are
/// themselves drawn from it (the double bootstrap; Davison & Hinkley, Bootstrap Methods and their Application, section 3.9.1).
///
/// The variances of drawn pilots differ by more than samples of so few replicates do by chance. A chi-square distribution that is as wide
/// has `freedom` degrees of freedom (Satterthwaite).
public struct PilotSpread: Sendable {
  /// The degrees of freedom: at least 3, and no more than roles less one.
  public let freedom: Double

  /// The pilots drawn, and the samples of each.
  private static let (pilots, samples) = (60, 60)

  /// Of the roles that `space` is fitted to, as it was given them; shape (R, d).
  ///
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(R² d), and 3,600 samples of R roles.
  public init(of space: LayerSpace, roles: Matrix, seed: UInt64) throws {
    let geometry = try space.geometry(of: roles)
    let scores = (0..<roles.rows).map { space.components.scores[$0, 0] }
    let drawn = Resamples(of: roles.rows, count: Self.pilots, seed: seed, purpose: .roles)
    var variances: [Double] = []
    for pilot in 0..<Self.pilots {
      let members = drawn.members(pilot)
      let again = Resamples(
        of: roles.rows, count: Self.samples, seed: seed, purpose: .roles, first: Self.pilots + pilot * Self.samples)
      let weights = (0..<Self.samples).map { sample in
        var counts = [Double](repeating: 0, count: roles.rows)
        for (place, count) in again.counts(sample).enumerated() { counts[members[place]] += count }
        return counts
      }
      let replicates = try AxisReplicate.replicates(
        Matrix(weights, columns: roles.rows), geometry, scores: scores)
      let angles = replicates.map { Interval.Scale.angle.transform($0.cosine) }.filter { !$0.isNaN }
      guard angles.count >= Interval.leastReplicates else { continue }
      let deviation = standardDeviation(of: angles)
      variances.append(deviation * deviation)
    }
    freedom = Self.freedom(of: variances, most: Double(roles.rows - 1))
  }

  /// By variances of so many samples each.
  private static func freedom(of variances: [Double], most: Double) -> Double {
    guard variances.count >= 2 else { return least }
    let (centre, spread) = (mean(of: variances), standardDeviation(of: variances))
    let own = spread * spread - 2 * centre * centre / Double(samples - 1)
    return own > 0 ? max(min(2 * centre * centre / own, most), least) : max(most, least)
  }

  private static let least = 3.0
}
