internal import LinearAlgebra

/// Ridge regression by the products of its n rows with each other, for no more rows than features.
///
/// With R the standardised features freed of what columns without a penalty explain, and R Rᵀ = Q B Qᵀ, B of few diagonals, the
/// smoother of what is left of a target is 1 − λ Q (B + λ)⁻¹ Qᵀ.
struct RowRidge {
  private let features: FeatureRows
  private let means, scales: [Double]
  private let unpenalised: UnpenalisedColumns
  /// What the columns explain of the features, shape (columns, p), and what is left of them, shape (n, p).
  private let explained, rest: Matrix
  private let form: BandForm
  /// The mean of the eigenvalues of R Rᵀ that are not zero; nil if all are.
  private let meanEigenvalue: Double?
  private let groups: [[Int]]

  /// Of `rows` of `features`; the groups `leftOut` are places among them.
  init(_ features: FeatureRows, rows: [Int], unpenalised: UnpenalisedColumns, leftOut: [[Int]]) throws {
    let (x, means, scales) = features.matrix(rows).standardised()
    (self.features, self.means, self.scales, self.unpenalised) = (features, means, scales, unpenalised)
    groups = leftOut
    explained = try unpenalised.basis.transposed().times(x)
    rest = x.subtracting(try unpenalised.basis.times(explained))
    form = try BandForm(reducing: rest.gramOfRows().elements, order: rows.count)
    let values = try form.eigenvalues()
    let kept = values.prefix(numericalRank(ofEigenvalues: values, order: max(rows.count, features.columns)))
    meanEigenvalue = kept.isEmpty ? nil : kept.reduce(0, +) / Double(kept.count)
  }

  /// What is predicted of `asked` rows of the features, for each of `targets`; `columns` are theirs, in the basis.
  func predictions(
    of targets: [[Double]], for asked: [Int], columns: Matrix
  ) throws -> [RidgeRegression.Prediction] {
    let basis = unpenalised.basis.transposed()
    let coefficients = try targets.map(basis.times)
    let plain = try coefficients.map(columns.times)
    guard let meanEigenvalue else { return plain.map { RidgeRegression.Prediction(values: $0, penalty: nil) } }
    let left = try zip(targets, coefficients).map { target, own in
      zip(target, try unpenalised.basis.times(own)).map { $0 - $1 }
    }
    let turned = try form.turned(Matrix(left, columns: rest.rows))
    let errors = try leftOutErrors(turned, RidgeRegression.exponents.map { meanEigenvalue * exponential($0) })
    return try targets.indices.map { target in
      let exponent = RidgeRegression.exponents[RidgeRegression.leastError(errors?.map { $0[target] })]
      guard let factor = try form.factored(shift: meanEigenvalue * exponential(exponent)) else {
        preconditionFailure("a penalty that was tried is none")
      }
      let found = try form.turnedBack(factor.solved(turned.selectingRows([target])))
      let weights = try found.times(rest)
      let taken = try columns.times(explained.times(Array(weights.row(0))))
      var values = zip(plain[target], taken).map { $0 - $1 }
      var start = 0
      for piece in FeatureRows.pieces(asked) {
        let x = features.matrix(piece, origin: means, scales: scales)
        for (row, own) in try x.times(Array(weights.row(0))).enumerated() { values[start + row] += own }
        start += piece.count
      }
      return RidgeRegression.Prediction(values: values, penalty: exponential(exponent))
    }
  }

  /// The squared error over groups that are left out, for each of `penalties` and each row of `targets`, what is left of a target
  /// times Q; nil if no group can be left out.
  private func leftOutErrors(_ targets: Matrix, _ penalties: [Double]) throws -> [[Double]]? {
    // A group that alone tells of a column cannot be predicted without it.
    let groups = try groups.compactMap { places -> (own: Matrix, fixed: Matrix)? in
      let fixed = try unpenalised.basis.selectingRows(places).gramOfRows()
      let zeros = [Double](repeating: 0, count: places.count)
      guard try fixed.complement().solving(zeros) != nil else { return nil }
      var units = Matrix(
        rows: places.count, columns: rest.rows, elements: [Double](repeating: 0, count: places.count * rest.rows))
      for (row, place) in places.enumerated() { units[row, place] = 1 }
      return (try form.turned(units), fixed)
    }
    guard !groups.isEmpty else { return nil }
    return try penalties.map { penalty in
      guard let factor = try form.factored(shift: penalty) else {
        return [Double](repeating: .infinity, count: targets.rows)
      }
      let solved = try factor.solved(targets).scaled(by: penalty).transposed()
      var errors = [Double](repeating: 0, count: targets.rows)
      for (own, fixed) in groups {
        let left = try factor.halfSolved(own).gramOfRows().scaled(by: penalty).subtracting(fixed)
        let residuals = try own.times(solved).transposed()
        for target in 0..<targets.rows {
          let leftOut = try left.solving(Array(residuals.row(target)))
          errors[target] += leftOut.map { $0.reduce(0) { $0 + $1 * $1 } } ?? .infinity
        }
      }
      return errors
    }
  }
}
