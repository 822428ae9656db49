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
  /// Its rank in each space, 1 for the most Assistant-like.
  public let rankA, rankB: Int

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
    let changes = positionsA.indices.map { role in
      RoleChange(
        role: role, positionA: positionsA[role], positionB: positionsB[role],
        interval: Interval(
          about: positionsB[role] - positionsA[role], of: replicates.map { $0[role] }, on: .plain, widenedBy: factor),
        rankA: ranksA[role], rankB: ranksB[role])
    }
    return changes.indices.sorted { (abs(changes[$1].change), $0) < (abs(changes[$0].change), $1) }.map { changes[$0] }
  }
}
