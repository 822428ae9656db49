internal import LinearAlgebra
public import Statistics

/// The axis of one half of the roles against the first component of the other half, over random halves: what of cos(axis, PC1) holds for
/// roles of which the axis was not made.
///
/// Groups of roles are kept whole, so that siblings do not stand on both sides. The default is one point, and takes part in the axis
/// alone. What is found is a property of these roles: it is no interval of what other roles would show.
public struct RoleHalves: Sendable, Equatable {
  /// The mean of |cos(axis of one half, PC1 of the other)| over halves, both ways; NaN where none is defined.
  public let mean: Double
  /// The 2.5th and the 97.5th percentile over halves; nil where none is defined.
  public let range: Interval?
  /// Whether groups of roles were kept whole.
  public let keepsGroups: Bool

  /// The random halves, of which each is taken both ways.
  public static let draws = 50
  /// Fewer roles, or groups, have no halves with a component to speak of.
  public static let least = 10

  /// Of the cosines of all halves.
  init(_ cosines: [Double], keepsGroups: Bool) {
    let known = cosines.filter { !$0.isNaN }
    mean = known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
    range =
      known.isEmpty
      ? nil : Interval(low: quantile(known, 0.025), high: quantile(known, 0.975))
    self.keepsGroups = keepsGroups
  }

  /// How the roles are halved.
  package struct Division: Sendable {
    /// The roles of the first half of each draw, in ascending order.
    package let firsts: [[Int]]
    /// Whether groups are kept whole.
    let keepsGroups: Bool

    /// Of `roles` roles in `groups`; nil of too few. Where whole groups are too few, roles are halved one by one.
    package init?(_ roles: Int, groups: RoleGroups?, seed: UInt64) {
      guard roles >= RoleHalves.least else { return nil }
      var (units, count) = (Array(0..<roles), roles)
      keepsGroups = groups.map { $0.count >= RoleHalves.least && $0.count < roles } ?? false
      if keepsGroups, let groups { (units, count) = (groups.members, groups.count) }
      var generator = SeededGenerator(seed: seed, purpose: .roleHalves)
      firsts = (0..<RoleHalves.draws).map { [units] _ in
        var order = Array(0..<count)
        generator.shuffle(&order)
        let half = Set(order.prefix(count / 2))
        return units.indices.filter { half.contains(units[$0]) }
      }
    }

    /// |cos(axis of one half, PC1 of the other)| both ways, for the draws `range`.
    ///
    /// With the halves' means a and b from the mean of all roles, the axis of the half of a is (axis − a); a contrast of axis − a + b is what
    /// becomes of it once the mean of the other half is taken off.
    ///
    /// - Throws: `LinearAlgebraError`.
    func cosines(_ range: Range<Int>, _ geometry: RoleGeometry, scores: [Double]) throws -> [Double] {
      let roles = geometry.count
      var (weights, moves) = ([[Double]](), [[Double]]())
      for index in range {
        let first = Set(firsts[index])
        let second = Set(0..<roles).subtracting(first)
        for (own, other) in [(first, second), (second, first)] {
          weights.append((0..<roles).map { other.contains($0) ? 1 : 0 })
          moves.append(
            (0..<roles).map { other.contains($0) ? 1 / Double(other.count) : -1 / Double(own.count) })
        }
      }
      let products = try geometry.inner.products(ofCombinations: Matrix(moves, columns: roles))
      let contrasts = moves.enumerated().map { row, move in
        var contrast = ResampledSpaces.Contrast(products: geometry.axisProducts, square: geometry.axisSquare)
        for i in 0..<roles {
          contrast.products[i] += products[row, i]
          contrast.square += move[i] * (2 * geometry.axisProducts[i] + products[row, i])
        }
        return contrast
      }
      return try ResampledSpaces(
        of: geometry.inner, weights: Matrix(weights, columns: roles), contrasts: contrasts, scores: scores
      ).samples.map(\.cosine)
    }
  }
}
