internal import COpenBLAS

/// The singular values and vectors of a real matrix: A = Σ σₖ uₖ vₖᵀ.
public struct SingularValueDecomposition: Sendable {
  /// The min(rows, columns) singular values, largest first.
  public let values: [Double]
  /// The left singular vectors uₖ as columns; shape (rows, min(rows, columns)). The sign of each pair uₖ, vₖ is arbitrary.
  public let left: Matrix
  /// The right singular vectors vₖ as rows; shape (min(rows, columns), columns).
  public let right: Matrix

  /// Decomposes `matrix`, which is not empty (LAPACK `dgesdd`: divide and conquer; `dgesvd`, implicit QR, where that does not
  /// converge).
  ///
  /// - Throws: `LinearAlgebraError` if an element is not finite, neither routine converges, or there is no memory to work in.
  /// - Complexity: O(rows · columns · min(rows, columns)).
  public init(of matrix: Matrix) throws {
    precondition(matrix.rows > 0 && matrix.columns > 0, "singular values of nothing")
    try matrix.requireFinite()
    // LAPACK takes the rows for columns, and so decomposes the transpose, whose left vectors are our right ones.
    let (m, n, k) = (matrix.columns, matrix.rows, min(matrix.rows, matrix.columns))
    let (wide, tall, both) = (Int32(m), Int32(n), Int32(k))
    var values = [Double](repeating: 0, count: k)
    var (u, vt) = ([Double](repeating: 0, count: m * k), [Double](repeating: 0, count: k * n))
    let some = CChar(UInt8(ascii: "S"))
    let status = try BLASWorkspace.use { () -> Int32 in
      var a = matrix.elements
      let status = unsafe LAPACKE_dgesdd(
        LAPACK_COL_MAJOR, some, wide, tall, &a, wide, &values, &u, wide, &vt, both)
      if status <= 0 { return status }
      a = matrix.elements
      var rest = values
      return unsafe LAPACKE_dgesvd(
        LAPACK_COL_MAJOR, some, some, wide, tall, &a, wide, &values, &u, wide, &vt, both, &rest)
    }
    if status == Self.workMemory { throw LinearAlgebraError.outOfMemory(order: max(m, n)) }
    precondition(status >= 0, "LAPACK was called with a bad argument \(-status)")
    if status > 0 { throw LinearAlgebraError.noConvergence(routine: "dgesvd", status: Int(status)) }
    self.values = values
    // Column k of U', which is contiguous, is row k of ours; row-major, V'ᵀ (k × n by columns) is (n × k).
    right = Matrix(rows: k, columns: m, elements: u)
    left = Matrix(rows: n, columns: k, elements: vt)
  }

  /// LAPACK_WORK_MEMORY_ERROR in lapacke.h.
  private static let workMemory: Int32 = -1010
}
