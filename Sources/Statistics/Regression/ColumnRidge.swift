internal import Glibc
internal import LinearAlgebra

/// Ridge regression on `RidgeColumns` beside columns without a penalty.
///
/// With X the standardised features, C an orthonormal basis of the columns, P = Xᵀ C, and M = (Xᵀ X + λ)⁻¹, features freed of what
/// the columns explain are R = X − C Pᵀ, and (Rᵀ R + λ)⁻¹ = M + M P (1 − Pᵀ M P)⁻¹ Pᵀ M (Woodbury), so that one form of Xᵀ X serves
/// whatever the columns are.
struct ColumnRidge {
  private let base: RidgeColumns
  private let unpenalised: UnpenalisedColumns
  /// Pᵀ, and Pᵀ times the Q of the band form; shape (columns, p).
  private let explained, turnedExplained: Matrix
  private let targets: [[Double]]
  /// Of each target: Cᵀ y, and Rᵀ y times Q.
  private let coefficients: [[Double]]
  private let along: Matrix
  /// The mean of the eigenvalues of Rᵀ R that are not zero; nil if all are.
  private let meanEigenvalue: Double?

  /// Learns `targets`, each a number for each row that `base` learns from, beside `columns` of these rows.
  init(_ base: RidgeColumns, unpenalised: UnpenalisedColumns, targets: [[Double]]) throws {
    (self.base, self.unpenalised, self.targets) = (base, unpenalised, targets)
    let basis = unpenalised.basis.transposed()
    let all = try base.products(with: (0..<basis.rows).map { Array(basis.row($0)) } + targets)
    explained = all.selectingRows(Array(0..<basis.rows))
    coefficients = try targets.map(basis.times)
    let own = all.selectingRows(Array(basis.rows..<all.rows))
    let fixed = try Matrix(coefficients, columns: basis.rows).times(explained)
    along = try base.form.turned(own.subtracting(fixed))
    turnedExplained = try base.form.turned(explained)
    meanEigenvalue = try Self.meanEigenvalue(base, turnedExplained)
  }

  private static func meanEigenvalue(_ base: RidgeColumns, _ explained: Matrix) throws -> Double? {
    guard let factor = try base.form.factored(shift: 4 * base.floor) else { return nil }
    // Directions of the columns that the features span are no directions of what is left of the features.
    let shares = try factor.halfSolved(explained).gramOfRows().symmetricEigenvalues()
    let rank = base.rank - shares.count { $0 > 1 - 1e-6 }
    let trace = base.trace - explained.elements.reduce(0) { $0 + $1 * $1 }
    return rank > 0 && trace > 0 ? trace / Double(rank) : nil
  }

  /// (Rᵀ R + λ)⁻¹ in the coordinates of the band form.
  private struct Inverse {
    let factor: BandFactor
    /// Pᵀ times (Lᵀ)⁻¹, and (1 − Pᵀ M P)⁻¹.
    let explained, correction: Matrix

    /// Rows v of `rows` as v (Rᵀ R + λ)⁻¹.
    func solving(_ rows: Matrix, _ turnedExplained: Matrix) throws -> Matrix {
      let along = try factor.halfSolved(rows).times(explained.transposed()).times(correction)
      return try factor.solved(rows.adding(along.times(turnedExplained)))
    }

    /// v (Rᵀ R + λ)⁻¹ wᵀ for each two rows, of which `half` are those times (Lᵀ)⁻¹, and `beside` these times `explained`.
    func products(_ half: Matrix, _ beside: Matrix) throws -> Matrix {
      try half.gramOfRows().adding(beside.times(correction).times(beside.transposed()))
    }
  }

  private func inverse(_ penalty: Double) throws -> Inverse? {
    guard let factor = try base.form.factored(shift: penalty) else { return nil }
    let explained = try factor.halfSolved(turnedExplained)
    let system = try SymmetricEigensystem(of: explained.gramOfRows().complement())
    guard let least = system.values.last, least > 0 else { return nil }
    let vectors = system.vectors
    let correction = try vectors.transposed().scalingColumns(by: system.values.map { 1 / $0 }).times(vectors)
    return Inverse(factor: factor, explained: explained, correction: correction)
  }

  /// What is predicted of `asked` rows of the features, for each target; `columns` are theirs, in the basis.
  func predictions(for asked: [Int], columns: Matrix) throws -> [RidgeRegression.Prediction] {
    let plain = try coefficients.map(columns.times)
    guard let meanEigenvalue else { return plain.map { RidgeRegression.Prediction(values: $0, penalty: nil) } }
    let errors = try leftOutErrors(RidgeRegression.exponents.map { meanEigenvalue * exponential($0) })
    let chosen = targets.indices.map { target in
      RidgeRegression.exponents[RidgeRegression.leastError(errors?.map { $0[target] })]
    }
    let found = try targets.indices.map { target in
      guard let inverse = try inverse(meanEigenvalue * exponential(chosen[target])) else {
        preconditionFailure("a penalty that was tried is none")
      }
      let weights = try inverse.solving(along.selectingRows([target]), turnedExplained)
      return Array(try base.form.turnedBack(weights).row(0))
    }
    let all = try base.predictions(of: asked, with: Matrix(found, columns: explained.columns))
    return try targets.indices.map { target in
      let rest = try columns.times(explained.times(found[target]))
      let values = asked.indices.map { plain[target][$0] + all[$0, target] - rest[$0] }
      return RidgeRegression.Prediction(values: values, penalty: exponential(chosen[target]))
    }
  }

  /// A group that is left out: its places among the rows learned from and in `base.turned`, and what the columns give of it.
  private struct LeftOut {
    let places: [Int]
    let rows: Range<Int>
    /// Its rows of C Cᵀ.
    let fixed: Matrix
  }

  /// The groups that the others tell of, in pieces that are solved for at once.
  private func leftOut() throws -> [[LeftOut]] {
    var (pieces, count, start) = ([[LeftOut]](), Int.max, 0)
    for places in base.groups {
      let rows = start..<start + places.count
      start = rows.upperBound
      let fixed = try unpenalised.basis.selectingRows(places).gramOfRows()
      // A group that alone tells of a column cannot be predicted without it.
      let zeros = [Double](repeating: 0, count: places.count)
      guard try fixed.complement().solving(zeros) != nil else { continue }
      if count > 256 {
        pieces.append([])
        count = 0
      }
      pieces[pieces.count - 1].append(LeftOut(places: places, rows: rows, fixed: fixed))
      count += places.count
    }
    return pieces
  }

  /// The squared error over groups that are left out, for each of `penalties` and each target; nil if no group can be.
  private func leftOutErrors(_ penalties: [Double]) throws -> [[Double]]? {
    let groups = try leftOut()
    guard !groups.isEmpty else { return nil }
    let rests = try groups.map { piece in
      let basis = unpenalised.basis.selectingRows(piece.flatMap(\.places))
      return base.turned.selectingRows(piece.flatMap(\.rows)).subtracting(try basis.times(turnedExplained))
    }
    let explained = try coefficients.map(unpenalised.basis.times)
    return try penalties.map { penalty in
      guard let inverse = try inverse(penalty) else { return targets.map { _ in .infinity } }
      let weights = try inverse.solving(along, turnedExplained).transposed()
      var errors = targets.map { _ in 0.0 }
      for (piece, rest) in zip(groups, rests) {
        let half = try inverse.factor.halfSolved(rest)
        let beside = try half.times(inverse.explained.transposed())
        let fits = try rest.times(weights)
        var start = 0
        for group in piece {
          let rows = Array(start..<start + group.places.count)
          start += rows.count
          let hat = try inverse.products(half.selectingRows(rows), beside.selectingRows(rows)).adding(group.fixed)
          for target in targets.indices {
            let residuals = zip(group.places, rows).map { place, row in
              targets[target][place] - explained[target][place] - fits[row, target]
            }
            let leftOut = try hat.complement().solving(residuals)
            errors[target] += leftOut.map { $0.reduce(0) { $0 + $1 * $1 } } ?? .infinity
          }
        }
      }
      return errors
    }
  }
}
