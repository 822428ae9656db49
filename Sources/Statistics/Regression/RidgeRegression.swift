public import LinearAlgebra

/// Ridge regression with a penalty that is chosen on the rows it learns from (Hoerl & Kennard, Technometrics 12, 1970).
///
/// Features are centred and divided by their standard deviations; columns beside them, among them a constant, carry no penalty:
/// features are freed of what those explain first (Frisch & Waugh). With X the features so made, of n rows and p columns, the
/// smaller of X Xᵀ and Xᵀ X is decomposed once for all penalties.
///
/// The penalty is that of a grid which predicts best where each group of rows is left out in turn. Leaving a group G out of a
/// linear smoother ŷ = H y changes its residuals to (I − H_GG)⁻¹ (y − ŷ)_G, so that nothing is fitted again; scaling alone is that
/// of all rows. Groups that cannot be predicted from the others are passed over; where all are, the penalty is the largest.
public struct RidgeRegression: Sendable {
  /// The penalties tried, in mean eigenvalues of X Xᵀ: half decades.
  package static let exponents = (-8...8).map { Double($0) / 2 }

  /// Whether `penalty`, in mean eigenvalues, is the largest or smallest that is tried.
  public static func isAtEnd(_ penalty: Double) -> Bool {
    penalty < exponential(exponents[0]) * 1.001 || penalty > exponential(exponents[exponents.count - 1]) / 1.001
  }

  private let means, scales: [Double]
  private let unpenalised: UnpenalisedColumns
  /// What the columns explain of the features; shape (columns, p).
  private let explained: Matrix
  /// The directions of the rows, shape (n, r), and their eigenvalues.
  private let directions: Matrix
  private let eigenvalues: [Double]
  /// From a row of features to a row of directions times their eigenvalues; shape (p, r).
  private let projection: Matrix
  private let groups: [[Int]]

  /// Learns from `rows` of `features`, shape (N, p), beside `columns`, shape (N, c), both without a constant.
  ///
  /// - Parameter groups: the group of each of the N rows.
  /// - Throws: `LinearAlgebraError`.
  public init(features: Matrix, columns: Matrix, rows: [Int], groups: [Int]) throws {
    let (x, means, scales) = features.selectingRows(rows).standardised()
    (self.means, self.scales) = (means, scales)
    unpenalised = try UnpenalisedColumns(columns.selectingRows(rows))
    self.groups = Dictionary(grouping: rows.indices) { groups[rows[$0]] }.sorted { $0.key < $1.key }.map(\.value)
    explained = try unpenalised.basis.transposed().times(x)
    let rest = x.subtracting(try unpenalised.basis.times(explained))
    let turned = rest.transposed()
    let (n, p) = (rest.rows, rest.columns)
    guard p > 0 else {
      (directions, eigenvalues) = (Matrix(rows: n, columns: 0, elements: []), [])
      projection = Matrix(rows: 0, columns: 0, elements: [])
      return
    }
    let system = try SymmetricEigensystem(of: n <= p ? rest.gramOfRows() : rest.gramOfColumns())
    let kept = Array(0..<numericalRank(ofEigenvalues: system.values, order: max(n, p)))
    eigenvalues = kept.map { system.values[$0] }
    let vectors = system.vectors.selectingRows(kept)
    if n <= p {
      directions = vectors.transposed()
      projection = try turned.times(directions)
    } else {
      // X v = √λ u, and the products of a row with X Xᵀ's own directions are √λ times those with v.
      let roots = eigenvalues.map { $0.squareRoot() }
      let turnedVectors = vectors.transposed()
      directions = try rest.times(turnedVectors).scalingColumns(by: roots.map { 1 / $0 })
      projection = turnedVectors.scalingColumns(by: roots)
    }
  }

  /// What is predicted.
  public struct Prediction: Sendable {
    /// A number for each row asked of.
    public let values: [Double]
    /// The penalty that was chosen, in mean eigenvalues; nil without features.
    public let penalty: Double?
  }

  /// Predicts `asked` rows of the same features and columns, from the targets of the rows learned from.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func prediction(of target: [Double], for asked: [Int], features: Matrix, columns: Matrix) throws -> Prediction
  {
    let coefficients = try unpenalised.basis.transposed().times(target)
    let base = try unpenalised.rows(of: columns.selectingRows(asked))
    var values = try base.times(coefficients)
    guard !eigenvalues.isEmpty else { return Prediction(values: values, penalty: nil) }
    let along = try directions.transposed().times(target)
    let penalty = try chosenPenalty(target, along, explained: try unpenalised.basis.times(coefficients))
    let x = features.selectingRows(asked).standardised(means: means, scales: scales)
    let rest = x.subtracting(try base.times(explained))
    let weights = zip(along, eigenvalues).map { $0 / ($1 + penalty) }
    for (index, own) in try rest.times(projection).times(weights).enumerated() { values[index] += own }
    return Prediction(values: values, penalty: penalty / meanEigenvalue)
  }

  private var meanEigenvalue: Double { eigenvalues.reduce(0, +) / Double(eigenvalues.count) }

  /// The penalty with the least squared error over groups that are left out; the largest if none can be predicted without its
  /// own rows, as where each group has an unpenalised column of its own: nothing then tells that features predict at all, and
  /// the strongest shrinkage claims the least.
  private func chosenPenalty(_ target: [Double], _ along: [Double], explained: [Double]) throws -> Double {
    let penalties = Self.exponents.map { meanEigenvalue * exponential($0) }
    var (errors, hasEvidence) = ([Double](repeating: 0, count: penalties.count), false)
    let fits = try penalties.map { penalty in
      try directions.times(zip(along, eigenvalues).map { $0 * $1 / ($1 + penalty) })
    }
    for rows in groups {
      let (own, basis) = (directions.selectingRows(rows), unpenalised.basis.selectingRows(rows))
      let fixed = try basis.gramOfRows()
      let turned = own.transposed()
      // A group that alone tells of a column cannot be predicted without it.
      guard try Self.complement(fixed).solving([Double](repeating: 0, count: rows.count)) != nil else { continue }
      hasEvidence = true
      for (index, penalty) in penalties.enumerated() {
        let shrunk = own.scalingColumns(by: eigenvalues.map { $0 / ($0 + penalty) })
        let hat = try shrunk.times(turned).adding(fixed)
        let residuals = rows.map { target[$0] - explained[$0] - fits[index][$0] }
        let leftOut = try Self.complement(hat).solving(residuals)
        errors[index] += leftOut.map { $0.reduce(0) { $0 + $1 * $1 } } ?? .infinity
      }
    }
    // Of errors that are all the same the first would be the smallest penalty.
    guard hasEvidence, let best = errors.indices.min(by: { errors[$0] < errors[$1] }), errors[best].isFinite else {
      return penalties[penalties.count - 1]
    }
    return penalties[best]
  }

  /// I − `hat`.
  private static func complement(_ hat: Matrix) -> Matrix {
    var result = hat
    for i in 0..<hat.rows {
      for j in 0..<hat.columns { result[i, j] = (i == j ? 1 : 0) - hat[i, j] }
    }
    return result
  }
}
