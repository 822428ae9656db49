/// The groups that roles come in, as siblings or synonyms: what is drawn when roles are not independent. A role without a group is one by
/// itself.
public struct RoleGroups: Sendable, Equatable {
  /// The names of the groups, in the order of their first roles.
  public let names: [String]
  /// The group of each role: of a named one its place in `names`, of others a number behind these; shape (R).
  let members: [Int]
  /// The number of groups, roles without one counted each.
  public let count: Int

  /// Why whole groups are not resampled.
  public enum Unresampled: Sendable, Equatable {
    /// All roles are in one.
    case oneGroup
    /// There are so few.
    case fewGroups(Int)
    /// None has two roles: to draw groups is to draw roles.
    case noSiblings
  }

  /// Of the group of each role, "" for none; nil where no role has one.
  public init?(_ labels: [String]) {
    var places: [String: Int] = [:]
    var names: [String] = []
    for label in labels where !label.isEmpty && places[label] == nil {
      places[label] = names.count
      names.append(label)
    }
    guard !names.isEmpty else { return nil }
    var count = names.count
    members = labels.map { label in
      if let place = places[label] { return place }
      count += 1
      return count - 1
    }
    (self.names, self.count) = (names, count)
  }

  /// Why an interval over groups is not found; nil where it is.
  public var unresampled: Unresampled? {
    if count == 1 { return .oneGroup }
    if count == members.count { return .noSiblings }
    return count < LayerUncertainty.leastRoles ? .fewGroups(count) : nil
  }

  /// The rows of the roles of the group at `place`.
  func rows(_ place: Int) -> [Int] { members.indices.filter { members[$0] == place } }
}
