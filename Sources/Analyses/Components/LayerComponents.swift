internal import Dumps
internal import LinearAlgebra

/// The leading principal components of the rows of one layer.
struct LayerComponents: Sendable {
  /// The layer.
  let layer: Int
  /// The rows that went in, and those that were left out.
  let rows, skipped: Int
  /// The mean row; shape (d).
  let mean: [Double]
  /// The variance along each component, over rows − 1; largest first.
  let variances: [Double]
  /// Unit vectors as rows, in the order of `variances`; the element of largest magnitude is positive.
  let vectors: Matrix
  /// ‖C v − λ v‖ / λ of each, with C the covariance matrix as it was summed.
  let residuals: [Double]
  /// The sum of the variances of all dimensions.
  let totalVariance: Double
  /// How they were found, and in how many passes over the rows.
  let solver: ComponentSolver
  let passes: Int

  /// A variance that is less of the first is rounding.
  private static let least = 1e-13
  /// From this residual on a component cannot be told from rounding, which is all that limits the ways of one pass.
  private static let mostRounding = 0.3
  /// Residuals in double precision come down to this, and not always further.
  private static let doubleRounding = 1e-13

  /// Those of `values` and `vectors`, of the rows that `sums` are of, without those of no variance.
  init(
    layer: Int, _ sums: ShardSums, shift: [Double], _ pairs: (values: [Double], vectors: Matrix, residuals: [Double]),
    solver: ComponentSolver, passes: Int
  ) {
    (self.layer, self.solver, self.passes) = (layer, solver, passes)
    (rows, skipped) = (sums.rows, sums.skipped)
    let offset = sums.sums.map { $0 / Double(sums.rows) }
    mean = zip(shift, offset).map(+)
    totalVariance = sums.totalVariance
    let told = solver == .randomized ? pairs.values.count : pairs.residuals.prefix { $0 < Self.mostRounding }.count
    let kept = pairs.values.prefix(told).prefix { $0 > Self.least * (pairs.values.first ?? 0) }
    variances = Array(kept)
    residuals = Array(pairs.residuals.prefix(kept.count))
    var oriented = pairs.vectors.firstRows(kept.count)
    for row in 0..<oriented.rows {
      let own = oriented.row(row)
      let largest = own.max { abs($0) < abs($1) } ?? 0
      if largest < 0 { oriented.scaleRow(row, by: -1) }
    }
    vectors = oriented
  }

  /// The components of a finished run that is gone on from.
  init(
    layer: Int, rows: Int, skipped: Int, mean: [Double], variances: [Double], vectors: Matrix, residuals: [Double],
    totalVariance: Double, solver: ComponentSolver, passes: Int
  ) {
    (self.layer, self.rows, self.skipped, self.mean, self.variances) = (layer, rows, skipped, mean, variances)
    (self.vectors, self.residuals, self.totalVariance) = (vectors, residuals, totalVariance)
    (self.solver, self.passes) = (solver, passes)
  }
}

extension LayerComponents {
  /// What to say of residuals above the tolerance, of all layers at once; nil if there are none.
  ///
  /// - Parameter isMerge: whether the rows are not at hand.
  static func note(on layers: [LayerComponents], _ options: ComponentsOptions, isMerge: Bool) -> String? {
    func largest(_ layer: LayerComponents) -> Double { layer.residuals.max() ?? 0 }
    let above = layers.filter { largest($0) > options.tolerance }
    guard let worst = above.max(by: { largest($0) < largest($1) }) else { return nil }
    let remedy =
      switch worst.solver {
      case .randomized where worst.passes >= options.passes && largest(worst) > Self.doubleRounding:
        "--passes allows more than \(options.passes)"
      case .randomized, .dual: "double precision goes no further"
      case .covariance, .auto:
        "they are of sums in single precision; \(isMerge ? "persona components of the rows with " : "")--solver randomized --passes 100 ends in double precision"
      }
    return
      "residuals are above --tolerance \(scientific(options.tolerance)) at \(layerList(above.map(\.layer))), up to \(scientific(largest(worst))): \(remedy)"
  }
}

extension ShardSums {
  /// The mean of the rows about the shift.
  var offset: [Double] { sums.map { $0 / Double(rows) } }

  /// The sum of the variances of all dimensions, over rows − 1.
  var totalVariance: Double {
    let beside = squares - sums.reduce(0) { $0 + $1 * $1 } / Double(rows)
    return max(0, beside) / Double(rows - 1)
  }

  /// The products with the covariance matrix, over rows − 1, of `vectors`, whose products about the shift these sums hold.
  func covarianceProducts(with vectors: Matrix) throws -> Matrix {
    let (offset, divisor) = (offset, Double(rows - 1))
    var elements = products[0]
    for row in 0..<vectors.rows {
      let along = Double(rows) * dotProduct(vectors.row(row), offset[...])
      for column in 0..<vectors.columns {
        let place = row * vectors.columns + column
        elements[place] = (elements[place] - along * offset[column]) / divisor
      }
    }
    return Matrix(rows: vectors.rows, columns: vectors.columns, elements: elements)
  }
}
