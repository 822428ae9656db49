internal import COpenBLAS

/// The eigenvalues and eigenvectors of a real symmetric matrix.
public struct SymmetricEigensystem: Sendable {
  /// All eigenvalues, largest first.
  public let values: [Double]
  /// The orthonormal eigenvectors as rows, in the order of `values`; the sign of each is arbitrary.
  public let vectors: Matrix

  /// Decomposes `matrix` (LAPACK `dsyevd`: divide and conquer; `dsyev`, implicit QR, where that does not
  /// converge).
  ///
  /// - Throws: `LinearAlgebraError` if an element is not finite, neither routine converges, or there is no
  ///   memory to work in.
  /// - Complexity: O(n³).
  public init(of matrix: Matrix) throws {
    let (values, columns) = try Self.decompose(matrix, vectors: true)
    self.values = values
    // LAPACK leaves eigenvector k in column k of a column-major array: contiguous, so a row of ours.
    let order = matrix.rows
    vectors = Matrix(rows: order, columns: order, elements: columns).selectingRows((0..<order).reversed())
  }

  /// The eigenvalues, largest first, and what the routine leaves in the matrix.
  fileprivate static func decompose(_ matrix: Matrix, vectors: Bool) throws -> (values: [Double], matrix: [Double]) {
    precondition(matrix.rows == matrix.columns, "eigenvalues of a matrix that is not square")
    try matrix.requireFinite()
    let order = matrix.rows
    var (ascending, columns) = ([Double](repeating: 0, count: order), matrix.elements)
    let status = try BLASWorkspace.use {
      let status = unsafe solve(LAPACKE_dsyevd, vectors, order, &columns, &ascending)
      if status <= 0 { return status }
      columns = matrix.elements
      return unsafe solve(LAPACKE_dsyev, vectors, order, &columns, &ascending)
    }
    if status == workMemory { throw LinearAlgebraError.outOfMemory(order: order) }
    precondition(status >= 0, "LAPACK was called with a bad argument \(-status)")
    if status > 0 { throw LinearAlgebraError.noConvergence(routine: "dsyev", status: Int(status)) }
    return (ascending.reversed(), columns)
  }

  /// LAPACK_WORK_MEMORY_ERROR in lapacke.h.
  private static let workMemory: Int32 = -1010

  private typealias Solver = (
    Int32, CChar, CChar, Int32, UnsafeMutablePointer<Double>?, Int32, UnsafeMutablePointer<Double>?
  ) -> Int32

  private static func solve(
    _ solver: Solver, _ vectors: Bool, _ order: Int, _ matrix: inout [Double], _ values: inout [Double]
  ) -> Int32 {
    let (job, upper) = (CChar(UInt8(ascii: vectors ? "V" : "N")), CChar(UInt8(ascii: "U")))
    return unsafe matrix.withUnsafeMutableBufferPointer { a in
      unsafe values.withUnsafeMutableBufferPointer { w in
        unsafe solver(
          LAPACK_COL_MAJOR, job, upper, Int32(order), a.baseAddress, Int32(max(order, 1)),
          w.baseAddress)
      }
    }
  }
}

extension Matrix {
  /// The eigenvalues of a symmetric matrix alone, largest first (LAPACK `dsyevd`).
  ///
  /// - Throws: `LinearAlgebraError` as `SymmetricEigensystem` does.
  public func symmetricEigenvalues() throws -> [Double] {
    try SymmetricEigensystem.decompose(self, vectors: false).values
  }
}
