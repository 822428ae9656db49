internal import Statistics

/// Why a set of role vectors has no persona space.
public enum SpaceFault: Error, Sendable, Equatable {
  /// Components and an axis need at least two roles.
  case tooFewRoles(Int)
  /// All role vectors are equal.
  case noVariance
  /// The default Assistant is the mean role, so there is no direction toward it.
  case noAxis
  /// A length, or a value, is so large or so small that squares of squares leave the range of doubles.
  case magnitude(Double)
  /// A dimension to be dropped is not there.
  case noSuchDimension(Int, count: Int)
}

extension SpaceFault {
  /// Lengths outside of it have fourth powers, or inverses of these, that are no doubles.
  static let magnitudes = 1e-50...1e60

  /// - Throws: `SpaceFault.magnitude` for a length outside of the range, 0 excepted.
  static func checkMagnitude(_ length: Double) throws {
    let size = abs(length)
    guard size == 0 || magnitudes.contains(size) else { throw SpaceFault.magnitude(length) }
  }
}

extension SpaceFault: CustomStringConvertible {
  /// The fault in words.
  public var description: String {
    switch self {
    case .tooFewRoles(let count):
      "\(count) role vector\(count == 1 ? "" : "s") beside the default; at least 2 are needed to span a space"
    case .noVariance: "all role vectors are equal, so they span no space; was one vector written for every role?"
    case .magnitude(let value):
      "a value or length of \(value): activations between 1e-50 and 1e60 are wanted, as statistics of others leave the range of doubles; multiply all vectors by one number that brings them near 1"
    case .noSuchDimension(let dimension, let count):
      "there is no dimension \(dimension) to drop: there are 0 to \(count - 1)"
    case .noAxis:
      "the default vector equals the mean role vector, so there is no axis; was the default made from the roles?"
    }
  }
}
