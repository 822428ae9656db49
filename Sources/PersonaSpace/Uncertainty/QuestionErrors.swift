internal import Glibc
public import LinearAlgebra
internal import Statistics

/// The error with which the roles and the default of a layer are measured, as the means of answers to questions.
///
/// Answers to one question have more in common than others, those of one role and those of all roles. What varies are therefore
/// questions, for all roles and the default together. A sample gives each cluster g of questions a random sign ξ, and moves vector i by
/// Σ ξ_g w_ig, with w_ig = √(Gᵢ / (Gᵢ − 1)) n_ig (m_ig − mᵢ) / nᵢ of its n_ig answers in the cluster, their mean m_ig, and Gᵢ clusters
/// (the multiplier bootstrap of a mean; Mammen, When Does Bootstrap Work?, 1992). Errors then have the covariances of the linearised
/// cluster-robust estimate exactly, whichever questions a role has answers left of.
///
/// Signs (Davidson & Flachaire, Journal of Econometrics 146, 2008), as their squares are 1: multipliers that are normal are larger for all
/// roles at once in some samples, and smaller in others, by √(2/G), and so are all inner products of errors, which measured roles are not.
public struct QuestionErrors: Sendable {
  /// The answers of one role, or of the default, by cluster.
  public struct Answers: Sendable {
    /// How many there are in each cluster; shape (G).
    public let counts: [Double]
    /// Their means, of which those of no answers count as nothing; shape (G, d).
    public let means: Matrix

    /// Of `counts`, shape (G), and `means`, shape (G, d).
    public init(counts: [Double], means: Matrix) {
      precondition(counts.count == means.rows, "a mean for each cluster")
      (self.counts, self.means) = (counts, means)
    }
  }

  /// w, a cluster a row, vector after vector, the default's last; shape (G, (R + 1) d).
  private let parts: Matrix
  private let vectors: Int
  private let dimensions: Int
  /// The clusters in which each role has answers; shape (R).
  let answered: [Int]
  private let seed: UInt64
  /// What is expected of the inner products of errors: Σ_g w_ig · w_jg; shape (R + 1, R + 1), the default last.
  let expected: Matrix

  /// The number of clusters.
  public var count: Int { parts.rows }
  /// The clusters in which the default has answers; nil if its error is not known.
  let assistantClusters: Int?
  /// The roles whose answers are all in one cluster, so that nothing is known of their own error.
  public var unknown: Int { answered.count { $0 < 2 } }

  /// As many bootstrap samples of roles are taken with each sample of questions.
  static let rolesPerDraw = 5

  /// Of the answers of each role, and those of the default: nil for one whose error is not known. Activations are multiplied by
  /// `factors`, shape (d).
  ///
  /// - Parameter coupling: how far vectors move as their means do, where the effects of questions were taken off, which are estimated
  ///   from all; shape (R + 1, R + 1), the default last.
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  /// - Complexity: O(R² G d).
  public init(
    roles: [Answers], assistant: Answers?, factors: [Double]?, coupling: Matrix? = nil, seed: UInt64
  ) throws {
    let (clusters, d) = (roles.first?.counts.count ?? 0, roles.first?.means.columns ?? 0)
    (vectors, dimensions, self.seed) = (roles.count + 1, d, seed)
    var elements = [Double](repeating: 0, count: clusters * (roles.count + 1) * d)
    for (vector, answers) in (roles.map { $0 } + [assistant].compactMap(\.self)).enumerated() {
      let own = answers.weighted(by: factors)
      for g in 0..<clusters {
        let start = (g * (roles.count + 1) + vector) * d
        elements.replaceSubrange(start..<start + d, with: own.row(g))
      }
    }
    if let coupling {
      for g in 0..<clusters {
        let range = g * vectors * d..<(g + 1) * vectors * d
        let own = Matrix(rows: vectors, columns: d, elements: Array(elements[range]))
        elements.replaceSubrange(range, with: try coupling.times(own).elements)
      }
    }
    parts = Matrix(rows: clusters, columns: (roles.count + 1) * d, elements: elements)
    answered = roles.map(\.known)
    assistantClusters = assistant?.known
    var sum = [Double](repeating: 0, count: vectors * vectors)
    for g in 0..<clusters {
      let own = try Matrix(rows: vectors, columns: d, elements: Array(parts.row(g))).gramOfRows()
      for k in sum.indices { sum[k] += own.elements[k] }
    }
    expected = Matrix(rows: vectors, columns: vectors, elements: sum)
  }

  /// The errors of the roles, shape (R, d), and of the default, shape (d), in sample `draw`; the same multipliers in every layer.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  func errors(_ draw: Int) throws -> (roles: Matrix, assistant: [Double]) {
    var generator = SeededGenerator(seed: seed, purpose: .questions, index: UInt64(draw))
    let signs = (0..<count).map { _ in generator.next() >> 63 == 0 ? 1.0 : -1 }
    let multipliers = Matrix(rows: 1, columns: count, elements: signs)
    let moved = try multipliers.times(parts).elements
    let split = (vectors - 1) * dimensions
    return (
      Matrix(rows: vectors - 1, columns: dimensions, elements: Array(moved[..<split])), Array(moved[split...])
    )
  }

  /// What is expected of the inner products of the errors of the roles less their mean, and of the axis, the last; shape (R + 1, R + 1).
  var expectedAboutMean: Matrix {
    let last = vectors - 1
    let means = (0..<vectors).map { i in (0..<last).reduce(0) { $0 + expected[i, $1] } / Double(last) }
    let mean = means.prefix(last).reduce(0, +) / Double(last)
    var products = expected
    for i in 0..<vectors { for j in 0..<vectors { products[i, j] += mean - means[i] - means[j] } }
    return products
  }

  /// w of one cluster: of the roles, shape (R, d), and of the default, shape (d).
  func part(_ cluster: Int) -> (roles: Matrix, assistant: [Double]) {
    let (row, split) = (parts.row(cluster), (vectors - 1) * dimensions)
    return (
      Matrix(rows: vectors - 1, columns: dimensions, elements: Array(row.prefix(split))), Array(row.dropFirst(split))
    )
  }

  /// `products` less `times` what errors are expected to add to them: inner products are biased by exactly the covariances of the errors.
  func corrected(_ products: RoleProducts, times: Double) -> RoleProducts? {
    guard let gram = products.gram else { return nil }
    let last = vectors - 1
    var own = gram
    for i in 0..<last { for j in 0..<last { own[i, j] -= times * expected[i, j] } }
    return RoleProducts(
      gram: own,
      axisProducts: products.axisProducts.indices.map { products.axisProducts[$0] - times * expected[$0, last] },
      axisSquare: products.axisSquare - times * expected[last, last])
  }
}

extension QuestionErrors.Answers {
  /// The mean of all answers; shape (d).
  package var mean: [Double] {
    // About the first mean, so that what answers share has cancelled before it is averaged.
    let (origin, total) = (Array(means.row(counts.firstIndex { $0 > 0 } ?? 0)), counts.reduce(0, +))
    var mean = origin
    for g in counts.indices where counts[g] > 0 {
      let share = counts[g] / total
      for (j, value) in difference(means.row(g), origin).enumerated() { mean[j] += share * value }
    }
    return mean
  }

  /// The same with `offsets`, shape (G, d), taken off the means.
  package func subtracting(_ offsets: Matrix) -> Self {
    Self(
      counts: counts,
      means: Matrix(rows: means.rows, columns: means.columns, elements: difference(means.elements, offsets.elements)))
  }

  /// The clusters with an answer.
  var known: Int { counts.count { $0 > 0 } }

  /// w of each cluster; shape (G, d).
  fileprivate func weighted(by factors: [Double]?) -> Matrix {
    var own = means
    let (total, present) = (counts.reduce(0, +), Double(known))
    guard known >= 2 else { return Matrix(rows: own.rows, columns: own.columns, elements: own.elements.map { _ in 0 }) }
    own = own.subtractingFromRows(mean)
    let scale = (present / (present - 1)).squareRoot() / total
    for g in counts.indices {
      if counts[g] > 0 { own.scaleRow(g, by: scale * counts[g]) } else { own.scaleRow(g, by: 0) }
    }
    return own.scalingColumns(by: factors)
  }
}
