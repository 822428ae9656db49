internal import LinearAlgebra

/// The standardised features X of the rows that a regression learns from, more rows than features, with Xᵀ X in band form: what
/// regressions on the same rows beside different columns have in common.
public struct RidgeColumns: Sendable {
  let features: FeatureRows
  /// The rows learned from.
  let rows: [Int]
  let means, scales: [Double]
  let form: BandForm
  /// The trace and the rank of Xᵀ X, and the size up to which an eigenvalue of it is zero but for rounding.
  let trace, floor: Double
  let rank: Int
  /// The groups that are left out in turn, as places in `rows`.
  let groups: [[Int]]
  /// Their rows of X times the Q of the band form, group after group.
  let turned: Matrix

  /// Of `rows` of `features`.
  ///
  /// - Parameters:
  ///   - groups: the group of each row of `features`.
  ///   - parts: sums over the rows, in parts; nil if they are to be made.
  ///   - seed: of which groups are left out, where not all are.
  /// - Throws: `LinearAlgebraError`.
  public init(
    _ features: FeatureRows, rows: [Int], groups: [Int], parts: [CrossProducts]?, seed: UInt64
  ) throws {
    (self.features, self.rows) = (features, rows)
    var standardised = try parts.flatMap(CrossProducts.standardised) ?? Self.standardised(features, rows)
    (means, scales) = (standardised.means, standardised.scales)
    // Handed over, as another copy would be as large as all else.
    var gram: [Double] = []
    swap(&gram, &standardised.gram)
    trace = scales.reduce(0) { $1 == 0 ? $0 : $0 + Double(rows.count) }
    form = try BandForm(reducing: consume gram, order: features.columns)
    floor = eigenvalueFloor(largest: form.bound, order: rows.count)
    let isFull = try form.factored(shift: -floor) != nil
    rank = isFull ? features.columns : numericalRank(ofEigenvalues: try form.eigenvalues(), order: rows.count)
    self.groups = RidgeRegression.leftOut(rows, groups, order: features.columns, seed: seed)
    let asked = self.groups.joined().map { rows[$0] }
    var elements: [Double] = []
    elements.reserveCapacity(asked.count * features.columns)
    for piece in FeatureRows.pieces(asked) {
      elements += try form.turned(features.matrix(piece, origin: means, scales: scales)).elements
    }
    turned = Matrix(rows: asked.count, columns: features.columns, elements: elements)
  }

  /// About the mean of the rows themselves, which is theirs to the last digits.
  private static func standardised(_ features: FeatureRows, _ rows: [Int]) throws -> CrossProducts.Standardised {
    let origin = CrossProducts.origin(of: features, rows: rows)
    let own = CrossProducts.standardised([try CrossProducts(features, rows: rows, origin: origin)])
    guard let own else { preconditionFailure("a mean is far from itself") }
    return own
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
