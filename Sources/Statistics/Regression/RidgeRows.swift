internal import LinearAlgebra

/// The standardised features X of the n rows that a regression learns from, no more rows than features, with the products of rows
/// in band form: what regressions on the same rows beside different columns have in common.
///
/// It is X Xᵀ + s 1 1ᵀ / n, with s its mean eigenvalue, that is brought to band form. A constant carries no penalty, so that what is
/// added changes no regression, and without it the matrix would be singular: columns of X have the mean 0.
public struct RidgeRows: Sendable {
  let features: FeatureRows
  /// The rows learned from.
  let rows: [Int]
  let means, scales: [Double]
  let form: BandForm
  /// The trace of X Xᵀ; the size up to which an eigenvalue is zero but for rounding; and the rank, the constant counted.
  let trace, floor: Double
  let rank: Int
  /// The groups that are left out in turn, as places in `rows`.
  let groups: [[Int]]
  /// The rows of the Q of the band form at these places, group after group.
  let turned: Matrix

  /// Of `rows` of `features`.
  ///
  /// - Parameters:
  ///   - groups: the group of each row of `features`.
  ///   - seed: of which groups are left out, where not all are.
  /// - Throws: `LinearAlgebraError`.
  public init(_ features: FeatureRows, rows: [Int], groups: [Int], seed: UInt64) throws {
    (self.features, self.rows) = (features, rows)
    let count = rows.count
    let products: Matrix
    (products, means, scales) = try Self.products(features, rows)
    var sum = 0.0
    for i in 0..<count { sum += products[i, i] }
    trace = sum
    var gram = products.elements
    let added = (sum > 0 ? sum : 1) / Double(count) / Double(count)
    for i in gram.indices { gram[i] += added }
    form = try BandForm(reducing: consume gram, order: count)
    let order = max(count, features.columns)
    floor = eigenvalueFloor(largest: form.bound, order: order)
    let isFull = try form.factored(shift: -floor) != nil
    rank = isFull ? count : numericalRank(ofEigenvalues: try form.eigenvalues(), order: order)
    self.groups = RidgeRegression.leftOut(rows, groups, order: count, seed: seed)
    let places = Array(self.groups.joined())
    var elements: [Double] = []
    elements.reserveCapacity(places.count * count)
    for piece in FeatureRows.pieces(places) {
      var units = Matrix(
        rows: piece.count, columns: count, elements: [Double](repeating: 0, count: piece.count * count))
      for (row, place) in piece.enumerated() { units[row, place] = 1 }
      elements += try form.turned(units).elements
    }
    turned = Matrix(rows: places.count, columns: count, elements: elements)
  }

  /// X Xᵀ, with the means of features and one over their deviations.
  private static func products(
    _ features: FeatureRows, _ rows: [Int]
  ) throws -> (products: Matrix, means: [Double], scales: [Double]) {
    let (x, means, scales) = features.matrix(rows).standardised()
    return (try x.gramOfRows(), means, scales)
  }

  /// The products of each row of `vectors`, numbers for the rows learned from, with the features; shape (vectors, p).
  func products(with vectors: [[Double]]) throws -> Matrix {
    try features.products(with: vectors, of: rows, origin: means, scales: scales)
  }

  /// The features of the rows `asked` times each row of `weights`; shape (asked, weights).
  func predictions(of asked: [Int], with weights: Matrix) throws -> Matrix {
    try features.predictions(of: asked, with: weights, origin: means, scales: scales)
  }
}
