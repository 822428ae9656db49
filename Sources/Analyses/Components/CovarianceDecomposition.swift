internal import Dumps
internal import Files
internal import LinearAlgebra
internal import Statistics

/// Finds the components of a covariance matrix that was summed.
struct CovarianceDecomposition {
  let layer: Int
  /// The file that an error names.
  let path: String
  let options: ComponentsOptions

  /// Checks that the rows that are left have `options.count` components.
  func check(_ sums: ShardSums) throws {
    try Self.requireRows(
      rows: sums.rows, skipped: sums.skipped, dimensions: sums.sums.count, wanted: options.count, layer: layer,
      path: path)
    guard sums.totalVariance > 0 else {
      throw FileError(path: path, fault: ComponentsFault.noVariance(rows: sums.rows, layer: layer))
    }
    let deviation = (sums.totalVariance / Double(sums.sums.count)).squareRoot()
    if deviation < LayerPilot.scales.lowerBound {
      throw FileError(path: path, fault: ComponentsFault.scale(deviation, layer: layer))
    }
  }

  /// Throws if rows have fewer components than are wanted.
  static func requireRows(
    rows: Int, skipped: Int, dimensions: Int, wanted: Int, layer: Int, path: String
  ) throws {
    guard rows > wanted, dimensions >= wanted else {
      throw FileError(
        path: path,
        fault: ComponentsFault.tooFew(
          rows: rows, skipped: skipped, dimensions: dimensions, wanted: wanted, layer: layer))
    }
  }

  /// The components of the rows that `sums`, about `shift`, are of.
  func components(of sums: ShardSums, shift: [Double]) async throws -> LayerComponents {
    try check(sums)
    let (d, offset) = (shift.count, sums.offset)
    let stripes = try await concurrentMap(
      Array(0..<CovarianceTiles.stripeCount(columns: d)), threads: options.threads
    ) { index in
      CovarianceTiles.covariance(
        sums.products, stripe: index, mean: offset, rows: sums.rows, divisor: Double(sums.rows - 1))
    }
    let pairs = try await LeadingPairs(
      of: stripes, wanted: options.count,
      start: Self.start(min(options.count + LayerSolver.oversampling, d), d, seed: options.seed),
      tolerance: options.tolerance, threads: options.threads)
    let rounding = Self.rounding(of: pairs, stripes, rows: sums.rows)
    let residuals = zip(pairs.residuals, rounding).map { ($0 * $0 + $1 * $1).squareRoot() }
    return LayerComponents(
      layer: layer, sums, shift: shift, (pairs.values, pairs.vectors, residuals), solver: .covariance, passes: 1)
  }

  /// What the rounding of products to single precision adds to the residual of each of `pairs`, as a standard deviation.
  ///
  /// A product over `chain` rows is off by some 2⁻²⁴ √(chain / 3) of √(c_ii c_jj), at random, and the mean over more of them by as much less: the
  /// vector E v of the errors E has the length η √(Σ c_ii) √(Σ v_j² c_jj).
  private static func rounding(of pairs: LeadingPairs, _ stripes: [Matrix], rows: Int) -> [Double] {
    var diagonal: [Double] = []
    for stripe in stripes {
      for row in 0..<stripe.rows { diagonal.append(max(0, stripe[row, diagonal.count])) }
    }
    let chain = min(Double(rows), 384)
    let relative = 0x1p-24 * (chain / 3).squareRoot() / max(1, Double(rows) / chain).squareRoot()
    let total = diagonal.reduce(0, +)
    return pairs.values.indices.map { place in
      let vector = pairs.vectors.row(place)
      let along = zip(vector, diagonal).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
      return pairs.values[place] > 0 ? relative * (total * along).squareRoot() / pairs.values[place] : .infinity
    }
  }

  /// `count` random directions of `d` dimensions: what joins parts knows no row from which to guess better ones.
  static func start(_ count: Int, _ d: Int, seed: UInt64) -> Matrix {
    var generator = SeededGenerator(seed: seed, purpose: .eigenvectorStart)
    return Matrix((0..<count).map { _ in generator.gaussians(d) }, columns: d)
  }
}
