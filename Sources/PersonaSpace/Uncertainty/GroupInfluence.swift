public import Statistics

/// What the groups of roles say of the axis of a layer: the interval over whole groups, and the axis without each.
public struct GroupInfluence: Sendable {
  /// The groups.
  public let groups: RoleGroups
  /// The 95 % interval of cos(axis, PC1) by samples of whole groups; nil where there are too few, or no samples.
  public let cosine: Interval?
  /// The axis without each named group, in the order of the names.
  public let without: [Without]

  /// The axis and the first component of the roles outside a group.
  public struct Without: Sendable, Equatable {
    /// The name of the group.
    public let name: String
    /// The roles in it, and those that are left.
    public let roles, left: Int
    /// The mean axis position of its roles, by the axis of all roles.
    public let meanPosition: Double
    /// cos(axis, PC1) of those that are left; NaN where there is none.
    public let cosine: Double
    /// Its 95 % interval by samples of the roles that are left; nil of too few.
    public internal(set) var interval: Interval?
    /// Where the default sits in the range of that PC1; NaN where there is none.
    public let relative: Double
  }

  /// The samples of groups that are drawn, if so many are drawn of roles.
  static let samples = 400
}
