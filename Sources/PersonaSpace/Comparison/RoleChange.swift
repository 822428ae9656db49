internal import LinearAlgebra
public import Statistics

/// How far one role moved along the axis from one space to another.
public struct RoleChange: Sendable, Equatable {
  /// The role's row in both spaces.
  public let role: Int
  /// Its axis position in each space, by the axis of that space.
  public let positionA, positionB: Double
  /// The 95 % interval of `change`, by bootstrap over the roles; nil without one.
  public let interval: Interval?
  /// How often a role of such a set would change as far as this one, off the median change; by Student's distribution, with the median
  /// absolute deviation for a measure of spread. It tells whether the role moved farther than the others do, not whether it moved:
  /// the spread holds what there is of measurement noise. NaN of fewer than `leastRolesTested`, or where nothing changes.
  public let probability: Double
  /// The same, adjusted for the number of roles (Benjamini and Hochberg).
  public let falseDiscoveryRate: Double
  /// Its rank in each space, 1 for the most Assistant-like.
  public let rankA, rankB: Int

  /// Fewer roles do not tell how far roles change.
  public static let leastRolesTested = 10

  /// positionB − positionA.
  public var change: Double { positionB - positionA }
}

extension SpaceComparison {
  /// The roles by how far they moved, farthest first, equal ones in their order.
  ///
  /// - Parameter replicates: the changes of all roles in each bootstrap sample; none for no intervals.
  public func roleChanges(replicates: [[Double]]) -> [RoleChange] {
    let (positionsA, positionsB) = (a.positions, b.positions)
    let (ranksA, ranksB) = (descendingRanks(of: positionsA), descendingRanks(of: positionsB))
    let factor = Interval.widening(forSamplesOf: positionsA.count)
    let probabilities = RoleChange.probabilities(zip(positionsA, positionsB).map { $1 - $0 })
    let rates = falseDiscoveryRates(probabilities)
    let changes = positionsA.indices.map { role in
      RoleChange(
        role: role, positionA: positionsA[role], positionB: positionsB[role],
        interval: Interval(
          about: positionsB[role] - positionsA[role], of: replicates.map { $0[role] }, on: .plain, widenedBy: factor),
        probability: probabilities[role], falseDiscoveryRate: rates[role], rankA: ranksA[role], rankB: ranksB[role])
    }
    return changes.indices.sorted { (abs(changes[$1].change), $0) < (abs(changes[$0].change), $1) }.map { changes[$0] }
  }
}

extension RoleChange {
  /// Of each of `changes`, how often one of such a set is as far off the median.
  static func probabilities(_ changes: [Double]) -> [Double] {
    let middle = quantile(changes, 0.5)
    let distances = changes.map { abs($0 - middle) }
    // 1.4826: of a normal distribution this is the standard deviation.
    let spread = 1.4826 * quantile(distances, 0.5)
    // Positions are of the order of 1: what is less than this is rounding.
    guard changes.count >= leastRolesTested, spread > 1e-9 else { return changes.map { _ in .nan } }
    // The median absolute deviation is as sure as a standard deviation of .37 times as many values (Huber, Robust Statistics, 1.2).
    let freedom = 0.37 * Double(changes.count - 1)
    return distances.map { distance in
      let t = distance / spread
      return regularizedIncompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
    }
  }
}
