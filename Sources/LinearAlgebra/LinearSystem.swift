internal import COpenBLAS

extension Matrix {
  /// The solution x of A x = `right`, by Gaussian elimination with partial pivoting (LAPACK `dgesv`), for systems of a few
  /// unknowns; nil if the matrix is singular, or so near to it that half of the digits would be lost.
  ///
  /// - Throws: `LinearAlgebraError` if an element is not finite, or there is no memory to work in.
  /// - Complexity: O(n³).
  public func solving(_ right: [Double]) throws -> [Double]? {
    precondition(rows == columns && right.count == rows, "a square system has as many right-hand sides as rows")
    try requireFinite()
    guard rows > 0 else { return [] }
    // LAPACK wants columns one after the other.
    var (factors, solution) = (transposed().elements, right)
    var pivots = [Int32](repeating: 0, count: rows)
    let order = Int32(rows)
    let status = try BLASWorkspace.use {
      unsafe factors.withUnsafeMutableBufferPointer { a in
        unsafe solution.withUnsafeMutableBufferPointer { x in
          unsafe pivots.withUnsafeMutableBufferPointer { p in
            unsafe LAPACKE_dgesv(LAPACK_COL_MAJOR, order, 1, a.baseAddress, order, p.baseAddress, x.baseAddress, order)
          }
        }
      }
    }
    precondition(status >= 0, "LAPACK was called with a bad argument \(-status)")
    let diagonal = (0..<rows).map { abs(factors[$0 * rows + $0]) }
    guard status == 0, let least = diagonal.min(), let most = diagonal.max(), least > 1e-8 * most else { return nil }
    return solution
  }
}
