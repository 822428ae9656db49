internal import LinearAlgebra
public import Statistics

/// How far one role moved along the axis from one space to another.
public struct RoleChange: Sendable, Equatable {
  /// The role's row in both spaces.
  public let role: Int
  /// Its axis position in each space, by the axis of that space.
  public let positionA, positionB: Double
  /// The 95 % interval of `change`, by bootstrap over the roles; nil without one. Where `measured` is known it is about that change,
  /// and of the error of measuring the role as well.
  public let interval: Interval?
  /// Where `measured` is known, how often measurement alone would make as large a change, by Student's distribution: whether the role
  /// moved. Else, how often a role of such a set would change as far as this one, off the median change; by Student's distribution,
  /// with the median absolute deviation for a measure of spread: whether it moved farther than the others do, as
  /// the spread holds what there is of measurement noise. NaN of fewer than `leastRolesTested`, or where nothing changes.
  public let probability: Double
  /// The same, adjusted for the number of roles (Benjamini and Hochberg).
  public let falseDiscoveryRate: Double
  /// The change without the bias of errors and its standard error; nil where the error of measuring the role is not known.
  public let measured: MeasuredPair.Change?
  /// Its rank in each space, 1 for the most Assistant-like.
  public let rankA, rankB: Int

  /// Fewer roles do not tell how far roles change.
  public static let leastRolesTested = 10
  /// The false discovery rate at which a role is said to have moved.
  public static let level = 0.05

  /// Whether it moved, at a false discovery rate of 5 %; nil where that cannot be told.
  public var hasMoved: Bool? { measured == nil || falseDiscoveryRate.isNaN ? nil : falseDiscoveryRate <= Self.level }

  /// positionB − positionA.
  public var change: Double { positionB - positionA }
}

extension SpaceComparison {
  /// The roles by how far they moved, farthest first, equal ones in their order.
  ///
  /// - Parameters:
  ///   - replicates: the changes of all roles in each bootstrap sample; none for no intervals.
  ///   - measured: what is known of the errors of measuring the roles; nil where nothing is.
  public func roleChanges(replicates: [[Double]], measured: MeasuredPair? = nil) -> [RoleChange] {
    let (positionsA, positionsB) = (a.positions, b.positions)
    let (ranksA, ranksB) = (descendingRanks(of: positionsA), descendingRanks(of: positionsB))
    let factor = Interval.widening(forSamplesOf: positionsA.count)
    let known = measured?.changes ?? positionsA.map { _ in nil }
    let probabilities =
      measured == nil
      ? RoleChange.probabilities(zip(positionsA, positionsB).map { $1 - $0 })
      : known.map { $0?.probability ?? .nan }
    let rates = falseDiscoveryRates(probabilities)
    let changes = positionsA.indices.map { role in
      let change = positionsB[role] - positionsA[role]
      let ofRoles = Interval(about: change, of: replicates.map { $0[role] }, on: .plain, widenedBy: factor)
      return RoleChange(
        role: role, positionA: positionsA[role], positionB: positionsB[role],
        interval: ofRoles.map { known[role]?.widened($0, about: change) ?? $0 }, probability: probabilities[role],
        falseDiscoveryRate: rates[role], measured: known[role], rankA: ranksA[role], rankB: ranksB[role])
    }
    return changes.indices.sorted { (abs(changes[$1].change), $0) < (abs(changes[$0].change), $1) }.map { changes[$0] }
  }
}

extension MeasuredPair.Change {
  /// How often measurement alone makes as large a change; of no error, as of a space and itself, no change is as large as any.
  fileprivate var probability: Double {
    error > 0 ? RoleChange.probability(ofStudent: value / error, freedom: freedom) : value == 0 ? 1 : .nan
  }

  /// `interval` of the choice of roles, about `change`, moved to this change and made longer by the error of measuring: both errors are
  /// independent, so that their squares add.
  fileprivate func widened(_ interval: Interval, about change: Double) -> Interval {
    let reach = error * studentDeviate(twoSided: 0.05, degreesOfFreedom: max(freedom, 1))
    let (below, above) = (change - interval.low, interval.high - change)
    return Interval(
      low: value - (below * below + reach * reach).squareRoot(),
      high: value + (above * above + reach * reach).squareRoot())
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
    return distances.map { probability(ofStudent: $0 / spread, freedom: freedom) }
  }

  /// How often Student's distribution with `freedom` degrees of freedom is as far from 0 as `t`.
  fileprivate static func probability(ofStudent t: Double, freedom: Double) -> Double {
    regularizedIncompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
  }
}
