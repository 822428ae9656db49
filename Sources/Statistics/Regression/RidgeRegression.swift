public import LinearAlgebra

/// Ridge regression with a penalty that is chosen on the rows it learns from (Hoerl & Kennard, Technometrics 12, 1970).
///
/// Features are centred and divided by their standard deviations; columns beside them, among them a constant, carry no penalty:
/// features are freed of what those explain first (Frisch & Waugh). With X the features so made, of n rows and p columns, the
/// smaller of X Xᵀ and Xᵀ X is brought to band form once for all penalties.
///
/// The penalty is that of a grid which predicts best where each group of rows is left out in turn. Leaving a group G out of a
/// linear smoother ŷ = H y changes its residuals to (I − H_GG)⁻¹ (y − ŷ)_G, so that nothing is fitted again; scaling alone is that
/// of all rows. Groups that cannot be predicted from the others are passed over; where all are, the penalty is the largest. Of more
/// rows than `mostLeftOut` as many groups as have so many are left out, drawn at random.
public struct RidgeRegression: Sendable {
  /// The penalties tried, in mean eigenvalues of X Xᵀ: half decades.
  package static let exponents = (-8...8).map { Double($0) / 2 }

  /// Whether `penalty`, in mean eigenvalues, is the largest or smallest that is tried.
  public static func isAtEnd(_ penalty: Double) -> Bool {
    penalty < exponential(exponents[0]) * 1.001 || penalty > exponential(exponents[exponents.count - 1]) / 1.001
  }

  /// The most rows that are left out in turn to choose a penalty where `order` is the smaller of the numbers of rows and of
  /// features: as many as take about as long as the rest does.
  public static func mostLeftOut(order: Int) -> Int { max(1000, (1 << 34) / max(1, order * order)) }

  private let features: FeatureRows
  private let rows, groups: [Int]
  private let unpenalised: UnpenalisedColumns
  private let shared: SharedRidge?
  private let seed: UInt64

  /// Learns from `rows` of `features`, N rows of p, beside `columns`, shape (N, c), both without a constant.
  ///
  /// - Parameters:
  ///   - groups: the group of each of the N rows.
  ///   - shared: what is known of the features in these rows; nil for it to be made.
  ///   - seed: of which groups are left out, where not all are.
  /// - Throws: `LinearAlgebraError`.
  public init(
    features: FeatureRows, columns: Matrix, rows: [Int], groups: [Int], shared: SharedRidge? = nil, seed: UInt64 = 0
  ) throws {
    (self.features, self.rows, self.groups, self.shared, self.seed) = (features, rows, groups, shared, seed)
    unpenalised = try UnpenalisedColumns(columns.selectingRows(rows))
  }

  /// What is predicted.
  public struct Prediction: Sendable {
    /// A number for each row asked of.
    public let values: [Double]
    /// The penalty that was chosen, in mean eigenvalues; nil without features.
    public let penalty: Double?
  }

  /// Predicts `asked` rows of the same features and columns, from each of `targets`, a number for each row learned from.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func predictions(of targets: [[Double]], for asked: [Int], columns: Matrix) throws -> [Prediction] {
    let own = try unpenalised.rows(of: columns.selectingRows(asked))
    if features.columns == 0 {
      let basis = unpenalised.basis.transposed()
      return try targets.map { Prediction(values: try own.times(basis.times($0)), penalty: nil) }
    }
    switch try shared ?? SharedRidge(features, rows: rows, groups: groups, seed: seed) {
    case .ofColumns(let base):
      return try ColumnRidge(base, unpenalised: unpenalised, targets: targets).predictions(for: asked, columns: own)
    case .ofRows(let base):
      return try RowRidge(base, unpenalised: unpenalised, targets: targets).predictions(for: asked, columns: own)
    }
  }

  /// The groups of `rows`, as places in it, or as many of them, drawn from `seed`, as have `mostLeftOut` rows.
  static func leftOut(_ rows: [Int], _ groups: [Int], order: Int, seed: UInt64) -> [[Int]] {
    var own = Dictionary(grouping: rows.indices) { groups[rows[$0]] }.sorted { $0.key < $1.key }.map(\.value)
    let most = mostLeftOut(order: order)
    guard rows.count > most else { return own }
    var generator = SeededGenerator(seed: seed, purpose: .leftOutGroups)
    generator.shuffle(&own)
    var (count, taken) = (0, 0)
    while count < most {
      count += own[taken].count
      taken += 1
    }
    return Array(own.prefix(taken))
  }

  /// The place of the penalty with the least of `errors`; the last if there are none, as where each group has an unpenalised
  /// column of its own: nothing then tells that features predict at all, and the strongest shrinkage claims the least.
  static func leastError(_ errors: [Double]?) -> Int {
    let last = exponents.count - 1
    guard let errors, let best = errors.indices.min(by: { errors[$0] < errors[$1] }) else { return last }
    return errors[best].isFinite ? best : last
  }
}

extension Matrix {
  /// I less the matrix.
  func complement() -> Matrix {
    var result = self
    for i in 0..<rows { for j in 0..<columns { result[i, j] = (i == j ? 1 : 0) - self[i, j] } }
    return result
  }

  /// The matrix times `factor`.
  func scaled(by factor: Double) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map { $0 * factor })
  }
}
