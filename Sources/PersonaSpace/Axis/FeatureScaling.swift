public import LinearAlgebra
internal import Statistics

/// How the dimensions of activations are weighted before a space is fitted.
///
/// A few massive dimensions (Sun et al., arXiv 2402.17762) can decide a principal component by themselves; a space fitted
/// without them, or with all dimensions at the same variance, tells whether they do.
public struct FeatureScaling: Sendable, Equatable {
  /// Which dimensions are dropped.
  public enum Dropped: Sendable, Equatable {
    case none
    /// In each layer, those that hold at least `MassiveDimensions.leastRatio` times an even share of the squared norm of the role vectors.
    case massive
    /// These, in every layer.
    case listed([Int])

    /// As the option that asks for it has it; empty for none.
    public var text: String {
      switch self {
      case .none: ""
      case .massive: "massive"
      case .listed(let dimensions): dimensions.map(String.init).joined(separator: ",")
      }
    }
  }

  /// What is done with the others.
  public enum Scale: String, Sendable, CaseIterable {
    /// They stay as they are.
    case none
    /// Each is divided by its standard deviation over the roles (divisor R − 1), so that components are those of the
    /// correlation matrix. A dimension in which no two roles differ is dropped.
    case zscore
  }

  /// Which dimensions are dropped.
  public var dropped: Dropped
  /// What is done with the others.
  public var scale: Scale

  /// Neither dropping nor scaling, unless it is said.
  public init(dropped: Dropped = .none, scale: Scale = .none) { (self.dropped, self.scale) = (dropped, scale) }

  /// Whether nothing is done.
  public var isIdentity: Bool { dropped == .none && scale == .none }

  /// What each dimension is multiplied by in a layer with the role vectors `roles`, shape (R, d): 0 where it is dropped;
  /// shape (d). Nil if nothing is done.
  ///
  /// - Throws: `SpaceFault.noSuchDimension` if a dimension listed is not there.
  public func factors(for roles: Matrix) throws -> [Double]? {
    if isIdentity { return nil }
    var factors = [Double](repeating: 1, count: roles.columns)
    if scale == .zscore {
      let means = roles.columnMeans()
      factors = roles.subtractingFromRows(means).inverseDeviations(means: means, divisor: max(roles.rows - 1, 1))
    }
    for dimension in try droppedDimensions(of: roles) { factors[dimension] = 0 }
    return factors
  }

  /// The dimensions that are dropped in a layer, ascending.
  private func droppedDimensions(of roles: Matrix) throws -> [Int] {
    switch dropped {
    case .none: return []
    case .listed(let dimensions):
      if let missing = dimensions.first(where: { !(0..<roles.columns).contains($0) }) {
        throw SpaceFault.noSuchDimension(missing, count: roles.columns)
      }
      return dimensions.sorted()
    case .massive:
      return MassiveDimensions(of: roles, count: roles.columns).massive(of: roles.columns).map(\.index).sorted()
    }
  }
}

extension Array where Element == Double {
  /// The vector with each element multiplied by that of `factors`, or as it is without them.
  public func scaled(by factors: [Double]?) -> [Double] {
    guard let factors else { return self }
    precondition(factors.count == count, "vectors differ in length")
    // A dropped dimension is 0 whatever it holds, an infinity included.
    return indices.map { factors[$0] == 0 ? 0 : self[$0] * factors[$0] }
  }
}
