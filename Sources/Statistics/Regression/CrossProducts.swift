internal import LinearAlgebra

/// Sums over some rows of features, and of the products of each two of them, about a point that all rows have in common: sums of
/// several sets of rows add to those of all, and nothing large cancels where the point lies among them.
public struct CrossProducts: Sendable {
  let count: Int
  let origin: [Double]
  /// Σ (x − origin); shape (p).
  let sums: [Double]
  /// The upper triangle of Σ (x − origin) (x − origin)ᵀ, row after row.
  let products: [Double]
  /// The least and the largest value of each feature, less the origin.
  private let least, largest: [Double]

  /// The mean of all rows of `features`: a point among them.
  package static func origin(of features: FeatureRows, rows: [Int]) -> [Double] {
    let start = Array(features.matrix(rows.prefix(1)).elements)
    var sums = [Double](repeating: 0, count: features.columns)
    for piece in FeatureRows.pieces(rows) {
      let own = features.matrix(piece, origin: start)
      for row in 0..<own.rows { accumulate(Array(own.row(row)), count: own.columns, into: &sums) }
    }
    return zip(start, sums).map { $0 + $1 / Double(rows.count) }
  }

  /// Of the rows `rows` of `features` about `origin`.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  package init(_ features: FeatureRows, rows: [Int], origin: [Double]) throws {
    let p = features.columns
    var sums = [Double](repeating: 0, count: p)
    var gram = [Double](repeating: 0, count: p * p)
    var (least, largest) = ([Double](repeating: .infinity, count: p), [Double](repeating: -.infinity, count: p))
    for piece in FeatureRows.pieces(rows) {
      let own = features.matrix(piece, origin: origin)
      try own.addGramOfColumns(into: &gram)
      for row in 0..<own.rows {
        let values = Array(own.row(row))
        accumulate(values, count: p, into: &sums)
        for j in 0..<p {
          least[j] = min(least[j], values[j])
          largest[j] = max(largest[j], values[j])
        }
      }
    }
    var products: [Double] = []
    products.reserveCapacity(p * (p + 1) / 2)
    for i in 0..<p { products += gram[i * p + i..<(i + 1) * p] }
    (count, self.origin, self.sums, self.products) = (rows.count, origin, sums, products)
    (self.least, self.largest) = (least, largest)
  }

  /// Features less their means and divided by their standard deviations, as what they give together.
  struct Standardised {
    let means: [Double]
    /// One over the standard deviations, 0 for a feature that does not vary.
    let scales: [Double]
    /// The sums of products of each two features; the lower triangle, column after column, in a whole matrix, shape (p, p).
    var gram: [Double]
  }

  /// How many times its variance the square of a mean may be: what is left of 53 bits is enough for nine digits.
  private static let farthest = 1e6

  /// Of all rows of `all` together; nil if their mean is so far from the origin, in the unit of the deviations, that too few
  /// digits are left.
  ///
  /// - Precondition: parts about one point.
  static func standardised(_ all: [CrossProducts]) -> Standardised? {
    let parts = all.filter { $0.count > 0 }
    let origin = all[0].origin
    let (p, count) = (origin.count, Double(parts.reduce(0) { $0 + $1.count }))
    var (sums, gram) = ([Double](repeating: 0, count: p), [Double](repeating: 0, count: p * p))
    for part in parts {
      accumulate(part.sums, count: p, into: &sums)
      var start = 0
      for i in 0..<p {
        accumulate(part.products, from: start, count: p - i, into: &gram, at: i * p + i)
        start += p - i
      }
    }
    let offsets = sums.map { $0 / count }
    let means = zip(origin, offsets).map { $0 + $1 }
    var scales = [Double](repeating: 0, count: p)
    for j in 0..<p where parts.contains(where: { $0.least[j] != $0.largest[j] || $0.least[j] != parts[0].least[j] }) {
      let variance = gram[j * p + j] / count - offsets[j] * offsets[j]
      guard offsets[j] * offsets[j] <= farthest * variance || !variance.isFinite else { return nil }
      let deviation = variance.squareRoot()
      if deviation.isFinite, deviation > 8 * Double.ulpOfOne * abs(means[j]) { scales[j] = 1 / deviation }
    }
    for i in 0..<p {
      let (offset, scale) = (count * offsets[i], scales[i])
      for j in i..<p {
        let product = (gram[i * p + j] - offset * offsets[j]) * scale * scales[j]
        gram[i * p + j] = scale == 0 || scales[j] == 0 ? 0 : product
      }
    }
    return Standardised(means: means, scales: scales, gram: gram)
  }
}
