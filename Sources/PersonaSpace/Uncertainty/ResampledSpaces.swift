internal import LinearAlgebra
internal import Statistics

/// The axis and the first component of weighted samples of the roles of a layer: of bootstrap samples, or of all roles but one.
///
/// Sample b gives role i the weight wᵢ, N = Σ wᵢ; its mean is m = Σ wᵢ zᵢ / N with z the centred roles, its covariance
/// Σ wᵢ (zᵢ − m)(zᵢ − m)ᵀ / (N − 1), whose leading direction is sought on the side of the roles, in R dimensions, where it is
/// Σ tᵢ (zᵢ − m).
struct ResampledSpaces: Sendable {
  /// A sample's contrast: the vector from the mean of the sample to the point that stands for the Assistant.
  struct Contrast: Sendable {
    /// The inner products of point − mean of all roles with each centred role; shape (R).
    var products: [Double]
    /// The squared length of point − mean of all roles.
    var square: Double
  }

  /// What is known of a sample; NaN where its roles do not differ, or its contrast has no length.
  struct Sample: Sendable {
    /// |cos| between contrast and first component.
    let cosine: Double
    /// The share of the variance on the first component.
    let varianceRatio: Double
    /// |cos| between the first component and that of all roles.
    let componentOverlap: Double
    /// The squared length of the contrast.
    let contrastSquare: Double
    /// The inner product of each centred role with the contrast; shape (R).
    let products: [Double]
    /// The mean of `products` over the sample.
    let meanProduct: Double
    /// The weights of the roles, less the sample's mean, of which the first component is a multiple; shape (R).
    let combination: [Double]
  }

  /// The samples, one for each row of the weights.
  let samples: [Sample]

  /// - Parameters:
  ///   - weights: a sample a row; shape (b, R), not negative.
  ///   - contrasts: one for each sample.
  ///   - scores: the roles' coordinates on the first component of all roles, from which the search starts; shape (R).
  init(of geometry: RoleProducts, weights: Matrix, contrasts: [Contrast], scores: [Double]) throws {
    let count = geometry.count
    precondition(weights.columns == count && contrasts.count == weights.rows && scores.count == count)
    let totals = (0..<weights.rows).map { weights.row($0).reduce(0, +) }
    var shares = weights
    for b in 0..<weights.rows { shares.scaleRow(b, by: 1 / totals[b]) }
    // m · zᵢ, for each sample.
    let meanProducts = try geometry.products(ofCombinations: shares)
    let roots = Matrix(rows: weights.rows, columns: count, elements: weights.elements.map { $0.squareRoot() })
    let pairs = try LeadingEigenpairs(starts: Self.starts(roots, scores)) { vectors, samples in
      try Self.covarianceProducts(of: vectors, samples, geometry, roots, shares)
    }
    samples = (0..<weights.rows).map { b in
      Self.sample(
        geometry, contrasts[b], scores, total: totals[b], shares: Array(shares.row(b)), own: Array(meanProducts.row(b)),
        value: pairs.values[b],
        combination: zip(roots.row(b), pairs.vectors.row(b)).map { $0 * $1 })
    }
  }

  /// The covariances of `samples`, on the side of the roles and without the divisor, times the rows of `vectors`.
  private static func covarianceProducts(
    of vectors: Matrix, _ samples: [Int], _ geometry: RoleProducts, _ roots: Matrix, _ shares: Matrix
  ) throws -> Matrix {
    let count = vectors.columns
    var combinations = vectors.elements
    for (row, b) in samples.enumerated() {
      let (start, from) = (row * count, b * count)
      var total = 0.0
      for i in 0..<count {
        combinations[start + i] *= roots.elements[from + i]
        total += combinations[start + i]
      }
      for i in 0..<count { combinations[start + i] -= total * shares.elements[from + i] }
    }
    var products = try geometry.products(
      ofCombinations: Matrix(rows: vectors.rows, columns: count, elements: combinations)
    ).elements
    for (row, b) in samples.enumerated() {
      let (start, from) = (row * count, b * count)
      var mean = 0.0
      for i in 0..<count { mean += shares.elements[from + i] * products[start + i] }
      for i in 0..<count { products[start + i] = (products[start + i] - mean) * roots.elements[from + i] }
    }
    return Matrix(rows: vectors.rows, columns: count, elements: products)
  }

  /// One sample: `shares` are wᵢ / N, `own` m · zᵢ, `value` and `combination` its leading pair: λ and √λ tᵢ.
  private static func sample(
    _ geometry: RoleProducts, _ contrast: Contrast, _ scores: [Double], total: Double, shares: [Double], own: [Double],
    value: Double, combination: [Double]
  ) -> Sample {
    let products = difference(contrast.products, own)
    let (meanSquare, meanProduct) = (dotProduct(shares, own), dotProduct(shares, products))
    // |p − m|² = |p|² − 2 p · m + |m|², where the mean of `products` is p · m − |m|².
    let square = contrast.square - 2 * meanProduct - meanSquare
    let meanScore = dotProduct(shares, scores)
    var (variance, along, overlap) = (0.0, 0.0, 0.0)
    for i in shares.indices {
      variance += shares[i] * total * (geometry.squares[i] - 2 * own[i] + meanSquare)
      along += combination[i] * (products[i] - meanProduct)
      overlap += combination[i] * (scores[i] - meanScore)
    }
    // What rounding alone can produce is no variance.
    let exists = value > eigenvalueFloor(largest: variance, order: shares.count) && variance > 0
    let scale = exists ? value.squareRoot() : .nan
    return Sample(
      cosine: square > 0 ? min(abs(along) / scale / square.squareRoot(), 1) : .nan,
      varianceRatio: exists ? min(value / variance, 1) : .nan, componentOverlap: min(abs(overlap) / scale, 1),
      contrastSquare: square, products: products, meanProduct: meanProduct, combination: combination)
  }

  /// The direction of all roles as the samples see it, and a little of every other, so that no component is out of reach.
  private static func starts(_ roots: Matrix, _ scores: [Double]) -> Matrix {
    var generator = SeededGenerator(seed: 0, purpose: .eigenvectorStart)
    let size = (sumOfSquares(scores, about: 0) / Double(scores.count)).squareRoot()
    let noise = generator.gaussians(scores.count).map { 1e-3 * size * $0 }
    var elements = roots.elements
    for b in 0..<roots.rows {
      for i in scores.indices { elements[b * scores.count + i] *= scores[i] + noise[i] }
    }
    return Matrix(rows: roots.rows, columns: scores.count, elements: elements)
  }
}
