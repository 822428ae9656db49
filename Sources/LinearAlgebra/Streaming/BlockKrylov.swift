/// The largest eigenvalues of a symmetric positive semi-definite operator and their vectors, by products with blocks of vectors: a block
/// Krylov method with full orthogonalisation and restarts, which also says how good each pair is.
///
/// The operator is applied from outside, a block at a time, as it may take a pass over files: `next` is what to multiply, `extend(by:)`
/// takes the products. Each product adds the residuals of the pairs found so far to the space (Golub & Van Loan, Matrix Computations,
/// 4th ed., section 10.3; Musco & Musco, Advances in Neural Information Processing Systems 28, 2015, for the randomised start). The
/// residual of a pair is its certificate (`relativeResiduals`): that it is one, not that none is larger. For that some products are made
/// in any case, as random vectors take in what the others left out, and none of the pairs behind the wanted ones may reach above these.
public struct BlockKrylov: Sendable {
  /// A space of more blocks than this is reduced to its leading pairs.
  private static let mostBlocks = 12
  /// The products after which random vectors have taken in a direction that no other start had, if it is among the leading ones.
  private static let leastProducts = 4
  /// By how much of the last wanted value another one may reach above it.
  private static let slack = 0.01

  /// The largest eigenvalues so far, largest first.
  public private(set) var values: [Double] = []
  /// Their unit vectors as rows; shape (at most `wanted`, d).
  public private(set) var vectors = Matrix(rows: 0, columns: 0, elements: [])
  /// As many of the leading unit vectors as there were to start from, as rows.
  public private(set) var leading = Matrix(rows: 0, columns: 0, elements: [])
  /// ‖A v − λ v‖ / λ of each; 0 where λ is 0.
  public private(set) var residuals: [Double] = []
  /// The orthonormal vectors to be multiplied next, as rows; of none when the space cannot grow.
  public private(set) var next: Matrix
  /// How often a block was multiplied.
  public private(set) var products = 0

  /// How far the values behind the wanted ones reach with their residuals, λ + ‖A v − λ v‖: a larger one that the space only begins
  /// to take in shows in these.
  public private(set) var reach = 0.0
  /// Whether the start may lack a leading direction.
  private let isOpen: Bool
  private let wanted, width: Int
  /// Whether `next` is rounded to single precision, so that products in it are of these very vectors.
  private let isSingle: Bool
  private var basis: Matrix
  private var images: Matrix

  /// Looks for `wanted` pairs.
  ///
  /// - Parameters:
  ///   - start: vectors to start from, as rows, more than `wanted` of them where there are as many dimensions; the nearer the space that
  ///     they span to that of the eigenvectors, the fewer the products.
  ///   - single: whether the vectors to be multiplied are to be numbers of single precision.
  ///   - isOpen: whether the start may lack a leading direction; false for pairs that such a search has found.
  public init(wanted: Int, start: Matrix, single: Bool = false, isOpen: Bool = true) throws {
    precondition(wanted > 0 && start.rows > 0, "no pairs, or nothing to start from")
    (self.wanted, width, isSingle, self.isOpen) = (wanted, start.rows, single, isOpen)
    basis = Matrix(rows: 0, columns: start.columns, elements: [])
    images = basis
    next = try start.orthonormalised(to: basis, single: single)
  }

  /// Whether every pair has at most this residual, and there are as many as wanted or no more to be had.
  public func isDone(within tolerance: Double) -> Bool {
    products > 0
      && (next.rows == 0 || values.count == wanted && hasLargest && residuals.allSatisfy { $0 <= tolerance })
  }

  /// Whether no value is to be expected that is larger than the last of those found by more than some tenths: by far the likeliest, as
  /// the start has random vectors, but not certain. One that is larger by a few per cent, just above many others, takes more products to show.
  public var hasLargest: Bool {
    guard isOpen, next.rows > 0 else { return true }
    return products >= Self.leastProducts && reach <= (values.last ?? 0) * (1 + Self.slack)
  }

  /// Takes `products`, the operator applied to each row of `next`.
  ///
  /// - Throws: `LinearAlgebraError` if they are not finite or a decomposition fails.
  public mutating func extend(by products: Matrix) throws {
    precondition(products.rows == next.rows && products.columns == next.columns, "products of other vectors")
    try products.requireFinite()
    self.products += 1
    basis = basis.appendingRows(of: next)
    images = images.appendingRows(of: products)
    let found = try rotated(leading: width)
    (values, vectors) = (Array(found.values.prefix(wanted)), found.vectors.firstRows(wanted))
    residuals = relativeResiduals(values, found.vectors, images: found.images)
    leading = found.vectors
    let rests = Self.rests(found)
    reach = (values.count..<max(values.count, rests.rows)).reduce(0) {
      max($0, found.values[$1] + euclideanNorm(Array(rests.row($1))))
    }
    if basis.rows + width > Self.mostBlocks * width {
      // As many pairs as half of the blocks, so that what lies behind the wanted ones is not found anew.
      let kept = try rotated(leading: Self.mostBlocks / 2 * width)
      (basis, images) = (kept.vectors, kept.images)
    }
    next = basis.rows < basis.columns ? try rests.orthonormalised(to: basis, single: isSingle) : rests.firstRows(0)
  }

  private struct Pairs {
    let values: [Double]
    let vectors, images: Matrix
  }

  /// The leading pairs within the space (Rayleigh and Ritz).
  private func rotated(leading count: Int) throws -> Pairs {
    let projected = try basis.timesTransposed(images)
    var symmetric = projected
    for i in 0..<projected.rows {
      for j in 0..<projected.columns { symmetric[i, j] = (projected[i, j] + projected[j, i]) / 2 }
    }
    let system = try SymmetricEigensystem(of: symmetric)
    let weights = system.vectors.firstRows(count)
    return Pairs(
      values: Array(system.values.prefix(count)), vectors: try weights.times(basis), images: try weights.times(images))
  }

  /// A v − λ v of each pair, as rows.
  private static func rests(_ pairs: Pairs) -> Matrix {
    var rests = pairs.images
    for row in 0..<rests.rows {
      for column in 0..<rests.columns { rests[row, column] -= pairs.values[row] * pairs.vectors[row, column] }
    }
    return rests
  }
}

extension Matrix {
  /// The first `count` rows, or all if there are fewer.
  public func firstRows(_ count: Int) -> Matrix {
    let kept = min(count, rows)
    return Matrix(rows: kept, columns: columns, elements: Array(elements[..<(kept * columns)]))
  }

  /// The matrix with the rows of `other` behind its own.
  func appendingRows(of other: Matrix) -> Matrix {
    Matrix(rows: rows + other.rows, columns: columns, elements: elements + other.elements)
  }

  /// Its rows made orthonormal, and orthogonal to those of `basis`, which are orthonormal; without those of which nothing is left but
  /// rounding.
  fileprivate func orthonormalised(to basis: Matrix, single: Bool) throws -> Matrix {
    let lengths = (0..<rows).map { euclideanNorm(Array(row($0))) }
    let longest = lengths.max() ?? 0
    // Below this, what is left is rounding.
    let kept = lengths.indices.filter { lengths[$0] > 1e-14 * longest && lengths[$0] > 0 && lengths[$0].isFinite }
    var rest = selectingRows(kept)
    for (place, index) in kept.enumerated() { rest.scaleRow(place, by: 1 / lengths[index]) }
    // Twice is enough (Parlett, The Symmetric Eigenvalue Problem, section 6.9).
    for _ in 0..<2 where basis.rows > 0 {
      let along = try rest.timesTransposed(basis).times(basis)
      rest = rest.adding(along, times: -1)
    }
    var result: [[Double]] = []
    for place in 0..<rest.rows {
      var own = Array(rest.row(place))
      for _ in 0..<2 { own = orthogonalised(own, to: result) }
      let length = euclideanNorm(own)
      // What is left of a unit vector.
      if length > 1e-8 { result.append(own.map { $0 / length }) }
    }
    let found = Matrix(result, columns: columns)
    // Dividing by a short length brings back what is along the basis.
    let along = basis.rows > 0 && found.rows > 0 ? try found.timesTransposed(basis).times(basis) : nil
    let orthogonal = along.map { found.adding($0, times: -1) } ?? found
    guard single else { return orthogonal }
    return Matrix(rows: found.rows, columns: columns, elements: orthogonal.elements.map { Double(Float($0)) })
  }

  /// The sum with `factor` times `other`.
  private func adding(_ other: Matrix, times factor: Double) -> Matrix {
    var sum = other
    for row in 0..<rows {
      for column in 0..<columns { sum[row, column] = self[row, column] + factor * other[row, column] }
    }
    return sum
  }
}
