internal import Statistics

/// Why a set of role vectors has no persona space.
public enum SpaceFault: Error, Sendable, Equatable {
  /// Components and an axis need at least two roles.
  case tooFewRoles(Int)
  /// All role vectors are equal.
  case noVariance
  /// The default Assistant is the mean role, so there is no direction toward it.
  case noAxis
  /// A dimension to be dropped is not there.
  case noSuchDimension(Int, count: Int)
}

extension SpaceFault: CustomStringConvertible {
  /// The fault in words.
  public var description: String {
    switch self {
    case .tooFewRoles(let count):
      "\(count) role vector\(count == 1 ? "" : "s") beside the default; at least 2 are needed to span a space"
    case .noVariance: "all role vectors are equal, so they span no space; was one vector written for every role?"
    case .noSuchDimension(let dimension, let count):
      "there is no dimension \(dimension) to drop: there are 0 to \(count - 1)"
    case .noAxis:
      "the default vector equals the mean role vector, so there is no axis; was the default made from the roles?"
    }
  }
}
