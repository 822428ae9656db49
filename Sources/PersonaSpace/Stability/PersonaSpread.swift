public import LinearAlgebra
internal import Statistics

/// Where the responses of the personas lie in one readout of a layer, as far as the spread between and within them takes.
public struct PersonaSpread: Sendable {
  /// Places of levels relative to one another.
  public enum Places: Sendable {
    /// Numbers, such as axis positions.
    case numbers([Double])
    /// The inner products of vectors.
    case products(Matrix)

    var count: Int {
      switch self {
      case .numbers(let numbers): numbers.count
      case .products(let products): products.rows
      }
    }
  }

  /// The responses of each persona.
  public let sizes: [Double]
  /// Their means, about a point near them all.
  public let means: Places
  /// Σ |h − mᵢ|² of each.
  public let within: [Double]

  /// Of personas of `sizes` responses.
  public init(sizes: [Double], means: Places, within: [Double]) {
    precondition(means.count == sizes.count && within.count == sizes.count, "a mean and a size for each persona")
    (self.sizes, self.means, self.within) = (sizes, means, within)
  }

  /// The components of the personas with multiplicities `weights`; of all once, if nil.
  ///
  /// - Complexity: O(k), of vectors O(k²).
  public func components(weights: [Double]? = nil) -> VarianceComponents {
    var (count, total, squares, inner, sum, self2) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    var masses = [Double](repeating: 0, count: sizes.count)
    for i in sizes.indices {
      let weight = weights?[i] ?? 1
      count += weight
      total += weight * sizes[i]
      squares += weight * sizes[i] * sizes[i]
      inner += weight * within[i]
      masses[i] = weight * sizes[i]
    }
    switch means {
    case .numbers(let numbers):
      // About one of them, so that personas that do not differ do so by no rounding either.
      let places = numbers.map { $0 - (numbers.first ?? 0) }
      for i in places.indices { sum += masses[i] * places[i] }
      let grand = sum / total
      for i in places.indices { self2 += masses[i] * (places[i] - grand) * (places[i] - grand) }
    case .products(let products):
      for i in 0..<products.rows where masses[i] > 0 {
        self2 += masses[i] * products[i, i]
        sum += masses[i] * dotProduct(products.row(i), masses[...])
      }
      self2 = max(self2 - sum / total, 0)
    }
    return VarianceComponents(count: count, total: total, squares: squares, between: self2, within: inner)
  }
}
