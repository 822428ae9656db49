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
    precondition(matrix.rows == matrix.columns, "eigenvalues of a matrix that is not square")
    if let place = matrix.firstNonFinite {
      throw LinearAlgebraError.notFinite(row: place.row, column: place.column)
    }
    let order = matrix.rows
    var (ascending, columns) = ([Double](repeating: 0, count: order), matrix.elements)
    let status = try BLASWorkspace.use {
      let status = unsafe Self.solve(LAPACKE_dsyevd, order, &columns, &ascending)
      if status <= 0 { return status }
      columns = matrix.elements
      return unsafe Self.solve(LAPACKE_dsyev, order, &columns, &ascending)
    }
    if status == Self.workMemory { throw LinearAlgebraError.outOfMemory(order: order) }
    precondition(status >= 0, "LAPACK was called with a bad argument \(-status)")
    if status > 0 { throw LinearAlgebraError.noConvergence(routine: "dsyev", status: Int(status)) }
    values = ascending.reversed()
    // LAPACK leaves eigenvector k in column k of a column-major array: contiguous, so a row of ours.
    vectors = Matrix(rows: order, columns: order, elements: columns).selectingRows((0..<order).reversed())
  }

  /// LAPACK_WORK_MEMORY_ERROR in lapacke.h.
  private static let workMemory: Int32 = -1010

  private typealias Solver = (
    Int32, CChar, CChar, Int32, UnsafeMutablePointer<Double>?, Int32, UnsafeMutablePointer<Double>?
  ) -> Int32

  private static func solve(
    _ solver: Solver, _ order: Int, _ matrix: inout [Double], _ values: inout [Double]
  ) -> Int32 {
    let (vectorsToo, upper) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")))
    return unsafe matrix.withUnsafeMutableBufferPointer { a in
      unsafe values.withUnsafeMutableBufferPointer { w in
        unsafe solver(
          LAPACK_COL_MAJOR, vectorsToo, upper, Int32(order), a.baseAddress, Int32(max(order, 1)),
          w.baseAddress)
      }
    }
  }
}
