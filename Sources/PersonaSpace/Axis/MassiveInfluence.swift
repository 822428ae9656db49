internal import LinearAlgebra

/// What the axis and the first component of a layer are when the massive dimensions are dropped: a few dimensions that are a thousand
/// times the rest can make the two agree by themselves.
public struct MassiveInfluence: Sendable, Equatable {
  /// The massive dimensions that the space itself does not drop.
  public let dropped: Int
  /// cos(axis, PC1) without them, not negative by orientation; NaN where nothing differs without them.
  public let cosine: Double
  /// The 95 % quantile of |cos| with a random direction in the dimensions that are left.
  public let null: Double
  /// Where the default sits in the range of that PC1, in 0…1; NaN if it has none.
  public let relative: Double

  /// What an axis is without massive dimensions.
  public init(dropped: Int, cosine: Double, null: Double, relative: Double) {
    (self.dropped, self.cosine, self.null, self.relative) = (dropped, cosine, null, relative)
  }

  /// Of the `roles`, shape (R, d), and the default that a space is fitted to, before scaling by `factors`; nil without a dimension
  /// that is massive and one that is not.
  ///
  /// - Throws: `LinearAlgebraError`.
  init?(roles: Matrix, assistant: [Double], factors: [Double]?) throws {
    var factors = factors ?? [Double](repeating: 1, count: roles.columns)
    let massive = MassiveDimensions(of: roles, count: roles.columns).massive(of: roles.columns).map(\.index)
      .filter { factors[$0] != 0 }
    for dimension in massive { factors[dimension] = 0 }
    guard !massive.isEmpty, factors.contains(where: { $0 != 0 }) else { return nil }
    let (rows, point) = (roles.scalingColumns(by: factors), assistant.scaled(by: factors))
    do {
      let components = try PrincipalComponents(of: rows, keeping: 1, orientedBy: point)
      let axis = try AssistantAxis(assistant: point, roleMean: components.mean)
      let score = components.referenceScores?.first ?? .nan
      let extremity = DefaultExtremity(
        roles: (0..<rows.rows).map { components.scores[$0, 0] }, assistant: score)
      self.init(
        dropped: massive.count, cosine: min(score / axis.norm, 1),
        null: RandomDirectionNull(dimensions: factors.count { $0 != 0 }).quantile(0.95), relative: extremity.relative)
    } catch is SpaceFault {
      // Nothing differs without them, or the default lies amid the roles.
      self.init(dropped: massive.count, cosine: .nan, null: .nan, relative: .nan)
    }
  }
}
