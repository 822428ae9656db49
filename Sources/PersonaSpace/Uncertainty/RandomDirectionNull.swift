internal import Statistics

/// The distribution of |cos| between a fixed and a uniformly random direction in d dimensions.
///
/// cos² ~ Beta(1/2, (d − 1)/2). A cosine below the 95 % quantile says nothing.
public struct RandomDirectionNull: Sendable {
  /// The number of dimensions.
  public let dimensions: Int

  /// The null in `dimensions` ≥ 1 dimensions.
  public init(dimensions: Int) {
    precondition(dimensions >= 1, "no dimensions")
    self.dimensions = dimensions
  }

  /// The probability that |cos| is at most `cosine`, in 0…1.
  public func probability(below cosine: Double) -> Double {
    if dimensions == 1 { return cosine < 1 ? 0 : 1 }
    return regularizedIncompleteBeta(cosine * cosine, 0.5, Double(dimensions - 1) / 2)
  }

  /// The probability that |cos| is above `cosine`, in 0…1, to all its digits where it is small.
  public func probability(above cosine: Double) -> Double {
    if dimensions == 1 { return cosine < 1 ? 1 : 0 }
    return regularizedIncompleteBeta((1 - cosine) * (1 + cosine), Double(dimensions - 1) / 2, 0.5)
  }

  /// The value below which |cos| falls with `probability`.
  public func quantile(_ probability: Double) -> Double {
    if dimensions == 1 { return 1 }
    // Bisection to the last bit: the distribution function is monotone, and 60 halvings of [0, 1] exhaust it.
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if self.probability(below: middle) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
