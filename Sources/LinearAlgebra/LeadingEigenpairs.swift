internal import COpenBLAS

/// The largest eigenvalue, and its vector, of each of many symmetric positive semi-definite operators of one order.
///
/// The Lanczos method with full reorthogonalisation (Golub & Van Loan, Matrix Computations, 4th ed., section 10.3), all
/// operators side by side, so that what they share can be applied to all of them in one matrix product. An operator is done
/// when |A v − λ v| ≤ `tolerance` · λ, when its Krylov space is exhausted, or after `mostSteps` steps: the two largest
/// eigenvalues are then so close that the direction is as good as any between theirs. The bits depend on the operators that are
/// solved together, not on anything else.
public struct LeadingEigenpairs: Sendable {
  /// The largest eigenvalue of each operator; NaN where the operator gave NaN.
  public let values: [Double]
  /// Unit eigenvectors, one operator a row; the sign of each is arbitrary.
  public let vectors: Matrix

  /// The steps after which an operator is given up as it is.
  public static let mostSteps = 200
  /// Steps before the first look at the residual, and between looks.
  private static let firstLook = 8
  private static let look = 4

  /// Solves for the operators that `applying` applies.
  ///
  /// - Parameters:
  ///   - starts: for each operator, a row to start from; the nearer to the eigenvector, the fewer the steps. Not zero.
  ///   - tolerance: the relative residual to reach.
  ///   - applying: takes a matrix whose rows are vectors, and for each row the index of its operator; returns the products
  ///     as rows.
  /// - Throws: what `applying` throws, and `LinearAlgebraError.noConvergence` of LAPACK `dstevr`.
  public init(
    starts: Matrix, tolerance: Double = 1e-9, applying: (_ vectors: Matrix, _ operators: [Int]) throws -> Matrix
  ) throws {
    let order = starts.columns
    var values = [Double](repeating: .nan, count: starts.rows)
    var vectors = [[Double]](repeating: [], count: starts.rows)
    var searches = (0..<starts.rows).map { KrylovSpace(start: starts.row($0)) }
    var open = Array(searches.indices)
    let limit = max(min(order, Self.mostSteps), 1)
    for step in 1...limit where !open.isEmpty {
      var block: [Double] = []
      block.reserveCapacity(open.count * order)
      for index in open { block += searches[index].newest }
      let products = try applying(Matrix(rows: open.count, columns: order, elements: block), open)
      let looks = step >= Self.firstLook && (step - Self.firstLook) % Self.look == 0
      var next: [Int] = []
      for (row, index) in open.enumerated() {
        let isAtEnd = try searches[index].extend(by: products.row(row)) || step == limit
        if isAtEnd || looks, let pair = try searches[index].leadingPair(within: isAtEnd ? nil : tolerance) {
          (values[index], vectors[index]) = pair
          searches[index].close()
        } else {
          next.append(index)
        }
      }
      open = next
    }
    self.values = values
    self.vectors = Matrix(vectors, columns: order)
  }
}

/// The Krylov space of one operator: an orthonormal basis, in which the operator is tridiagonal.
private struct KrylovSpace {
  /// The basis vectors, one after the other.
  private var basis: [Double]
  private var diagonal: [Double] = []
  private var offDiagonal: [Double] = []
  private let order: Int

  init(start: ArraySlice<Double>) {
    let norm = euclideanNorm(Array(start))
    (order, basis) = (start.count, start.map { $0 / norm })
  }

  /// The vector to apply the operator to next.
  var newest: ArraySlice<Double> { basis[(basis.count - order)...] }

  /// Takes `product`, the operator applied to `newest`; whether the space cannot grow.
  mutating func extend(by product: ArraySlice<Double>) throws -> Bool {
    var rest = Array(product)
    let scale = euclideanNorm(rest)
    diagonal.append(dotProduct(newest, product))
    // Twice is enough (Parlett, The Symmetric Eigenvalue Problem, section 6.9).
    for _ in 0..<2 { try BLASWorkspace.use { removeComponents(from: &rest) } }
    let norm = euclideanNorm(rest)
    offDiagonal.append(norm)
    // Below this, what is left is rounding; a NaN ends the search as well.
    guard norm > 1e-14 * scale, norm.isFinite else { return true }
    for j in rest.indices { rest[j] /= norm }
    basis += rest
    return false
  }

  /// Gives up the memory.
  mutating func close() { basis = [] }

  /// rest − V Vᵀ rest, with V the basis (BLAS `dgemv`).
  private func removeComponents(from rest: inout [Double]) {
    let count = diagonal.count
    var overlaps = [Double](repeating: 0, count: count)
    let (rows, columns) = (Int32(count), Int32(order))
    unsafe basis.withUnsafeBufferPointer { basis in
      unsafe overlaps.withUnsafeMutableBufferPointer { overlaps in
        unsafe rest.withUnsafeMutableBufferPointer { rest in
          unsafe cblas_dgemv(
            CblasRowMajor, CblasNoTrans, rows, columns, 1, basis.baseAddress, columns, rest.baseAddress, 1, 0,
            overlaps.baseAddress, 1)
          unsafe cblas_dgemv(
            CblasRowMajor, CblasTrans, rows, columns, -1, basis.baseAddress, columns, overlaps.baseAddress, 1, 1,
            rest.baseAddress, 1)
        }
      }
    }
  }

  /// The largest Ritz value and its vector, if the residual is at most `tolerance` of the value, or whatever it is.
  func leadingPair(within tolerance: Double?) throws -> (value: Double, vector: [Double])? {
    let count = diagonal.count
    guard diagonal.allSatisfy(\.isFinite), offDiagonal.allSatisfy(\.isFinite) else {
      return (.nan, [Double](repeating: 0, count: order))
    }
    let (value, weights) = try largestOfTridiagonal(diagonal, Array(offDiagonal.dropLast()))
    if let tolerance, offDiagonal[count - 1] * abs(weights[count - 1]) > tolerance * abs(value) { return nil }
    let vectors = Matrix(rows: count, columns: order, elements: Array(basis[..<(count * order)]))
    let vector = try Matrix(rows: 1, columns: count, elements: weights).times(vectors)
    return (value, vector.elements)
  }
}

/// The largest eigenvalue of a symmetric tridiagonal matrix and its unit vector (LAPACK `dstevr`, by its index).
private func largestOfTridiagonal(_ diagonal: [Double], _ offDiagonal: [Double]) throws -> (Double, [Double]) {
  let order = Int32(diagonal.count)
  if order == 1 { return (diagonal[0], [1]) }
  // The routine overwrites both, and wants room for one more element beside the diagonal.
  var (d, e) = (diagonal, offDiagonal + [0])
  var (values, vector) = (d, d)
  var support: [Int32] = [0, 0]
  var found: Int32 = 0
  let status = unsafe LAPACKE_dstevr(
    LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "I")), order, &d, &e, 0, 0, order, order, 0, &found,
    &values, &vector, order, &support)
  precondition(status >= 0, "LAPACK was called with a bad argument \(-status)")
  guard status == 0, found == 1 else {
    throw LinearAlgebraError.noConvergence(routine: "dstevr", status: Int(status))
  }
  return (values[0], vector)
}
