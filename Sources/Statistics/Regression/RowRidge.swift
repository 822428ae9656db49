internal import LinearAlgebra

/// Ridge regression on `RidgeRows` beside columns without a penalty.
///
/// With K = X Xᵀ, M = (K + λ)⁻¹, C an orthonormal basis of the columns, and N = M − M C (Cᵀ M C)⁻¹ Cᵀ M, the residuals of a target y
/// are λ N y, so that 1 − H = λ N; weights of features are Xᵀ N y, those of the columns (Cᵀ M C)⁻¹ Cᵀ M y (generalised least squares:
/// Aitken, Proceedings of the Royal Society of Edinburgh 55, 1936).
struct RowRidge {
  private let base: RidgeRows
  private let unpenalised: UnpenalisedColumns
  private let targets: Int
  /// Cᵀ, and the targets, as rows times the Q of the band form.
  private let turnedColumns, turnedTargets: Matrix
  /// What the columns alone make of each target: Cᵀ y.
  private let coefficients: [[Double]]
  /// The mean of the eigenvalues that are not zero of the products of features freed of the columns; nil if all are.
  private let meanEigenvalue: Double?

  /// Learns `targets`, each a number for each row that `base` learns from, beside `columns` of these rows.
  init(_ base: RidgeRows, unpenalised: UnpenalisedColumns, targets: [[Double]]) throws {
    (self.base, self.unpenalised, self.targets) = (base, unpenalised, targets.count)
    let basis = unpenalised.basis.transposed()
    coefficients = try targets.map(basis.times)
    turnedColumns = try base.form.turned(basis)
    turnedTargets = try base.form.turned(Matrix(targets, columns: base.rows.count))
    let explained = try base.products(with: (0..<basis.rows).map { Array(basis.row($0)) })
    meanEigenvalue = try Self.meanEigenvalue(base, turnedColumns, explained)
  }

  private static func meanEigenvalue(_ base: RidgeRows, _ columns: Matrix, _ explained: Matrix) throws -> Double? {
    let shift = 4 * base.floor
    guard let factor = try base.form.factored(shift: shift) else { return nil }
    // Directions of the columns that the features span, and the constant, are no directions of what is left of the features.
    let beside = try factor.halfSolved(columns).gramOfRows().symmetricEigenvalues()
    let rank = base.rank - beside.count { shift * $0 < 1e-6 }
    let trace = base.trace - explained.elements.reduce(0) { $0 + $1 * $1 }
    return rank > 0 && trace > 0 ? trace / Double(rank) : nil
  }

  /// N in the coordinates of the band form, for one penalty.
  private struct Residuals {
    let factor: BandFactor
    /// Cᵀ and the targets times (Lᵀ)⁻¹, the second freed of the first: products with it are those with N.
    let columns, targets: Matrix
    /// (Cᵀ M C)⁻¹, and its product with Cᵀ M y.
    let correction, coefficients: Matrix

    /// v N vᵀ of the rows v that `half` are times (Lᵀ)⁻¹.
    func products(_ half: Matrix) throws -> Matrix {
      let beside = try half.times(columns.transposed())
      return try half.gramOfRows().subtracting(beside.times(correction).times(beside.transposed()))
    }
  }

  private func residuals(_ penalty: Double) throws -> Residuals? {
    guard let factor = try base.form.factored(shift: penalty) else { return nil }
    let columns = try factor.halfSolved(turnedColumns)
    let system = try SymmetricEigensystem(of: columns.gramOfRows())
    guard let least = system.values.last, least > 0 else { return nil }
    let vectors = system.vectors
    let correction = try vectors.transposed().scalingColumns(by: system.values.map { 1 / $0 }).times(vectors)
    let half = try factor.halfSolved(turnedTargets)
    let coefficients = try half.times(columns.transposed()).times(correction)
    return Residuals(
      factor: factor, columns: columns, targets: half.subtracting(try coefficients.times(columns)),
      correction: correction, coefficients: coefficients)
  }

  /// What is predicted of `asked` rows of the features, for each target; `columns` are theirs, in the basis.
  func predictions(for asked: [Int], columns: Matrix) throws -> [RidgeRegression.Prediction] {
    guard let meanEigenvalue else {
      return try coefficients.map { RidgeRegression.Prediction(values: try columns.times($0), penalty: nil) }
    }
    let errors = try leftOutErrors(RidgeRegression.exponents.map { meanEigenvalue * exponential($0) })
    let chosen = (0..<targets).map { target in
      RidgeRegression.exponents[RidgeRegression.leastError(errors?.map { $0[target] })]
    }
    var (plain, weights) = ([[Double]](), [[Double]]())
    for target in 0..<targets {
      guard let own = try residuals(meanEigenvalue * exponential(chosen[target])) else {
        preconditionFailure("a penalty that was tried is none")
      }
      let row = Array(own.coefficients.row(target))
      plain.append(try columns.times(row))
      let left = try turnedTargets.selectingRows([target])
        .subtracting(Matrix(rows: 1, columns: row.count, elements: row).times(turnedColumns))
      weights.append(Array(try base.form.turnedBack(own.factor.solved(left)).row(0)))
    }
    let all = try base.predictions(of: asked, with: base.products(with: weights))
    return (0..<targets).map { target in
      RidgeRegression.Prediction(
        values: asked.indices.map { plain[target][$0] + all[$0, target] }, penalty: exponential(chosen[target]))
    }
  }

  /// The squared error over groups that are left out, for each of `penalties` and each target; nil if no group can be.
  private func leftOutErrors(_ penalties: [Double]) throws -> [[Double]]? {
    var (groups, start) = ([Range<Int>](), 0)
    for places in base.groups {
      let rows = start..<start + places.count
      start = rows.upperBound
      // A group that alone tells of a column cannot be predicted without it.
      let fixed = try unpenalised.basis.selectingRows(places).gramOfRows()
      let zeros = [Double](repeating: 0, count: places.count)
      if try fixed.complement().solving(zeros) != nil { groups.append(rows) }
    }
    guard !groups.isEmpty else { return nil }
    let pieces = FeatureRows.pieces(Array(groups.indices), length: 32)
    return try penalties.map { penalty in
      guard let own = try residuals(penalty) else { return [Double](repeating: .infinity, count: targets) }
      let along = own.targets.transposed().scaled(by: penalty)
      var errors = [Double](repeating: 0, count: targets)
      for piece in pieces {
        let half = try own.factor.halfSolved(base.turned.selectingRows(piece.flatMap { Array(groups[$0]) }))
        let residuals = try half.times(along)
        var start = 0
        for group in piece {
          let rows = Array(start..<start + groups[group].count)
          start += rows.count
          let left = try own.products(half.selectingRows(rows)).scaled(by: penalty)
          for target in 0..<targets {
            let leftOut = try left.solving(rows.map { residuals[$0, target] })
            errors[target] += leftOut.map { $0.reduce(0) { $0 + $1 * $1 } } ?? .infinity
          }
        }
      }
      return errors
    }
  }
}
