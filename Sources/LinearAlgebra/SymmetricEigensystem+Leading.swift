internal import COpenBLAS

extension SymmetricEigensystem {
  /// The `count` largest eigenvalues of `matrix` and their vectors (LAPACK `dsyevr`, by their indices); all of them if it has
  /// no more.
  ///
  /// - Throws: `LinearAlgebraError` as `init(of:)` does.
  /// - Complexity: O(n³), about half the time of all eigenvectors.
  public init(leading count: Int, of matrix: Matrix) throws {
    let order = matrix.rows
    guard count < order else {
      try self.init(of: matrix)
      return
    }
    precondition(
      matrix.rows == matrix.columns && count > 0, "eigenvalues of a matrix that is not square, or none of them")
    try matrix.requireFinite()
    var (a, ascending) = (matrix.elements, [Double](repeating: 0, count: order))
    var columns = [Double](repeating: 0, count: order * count)
    var support = [Int32](repeating: 0, count: 2 * count)
    var found: Int32 = 0
    let (n, first) = (Int32(order), Int32(order - count + 1))
    let status = try BLASWorkspace.use {
      unsafe LAPACKE_dsyevr(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "I")), CChar(UInt8(ascii: "U")), n, &a, n, 0, 0,
        first, n, 0, &found, &ascending, &columns, n, &support)
    }
    precondition(status >= 0 || status <= -1010, "LAPACK was called with a bad argument \(-status)")
    guard status == 0, Int(found) == count else {
      // The other routines may do where this one does not.
      let all = try SymmetricEigensystem(of: matrix)
      self.init(
        values: Array(all.values.prefix(count)), vectors: all.vectors.selectingRows(Array(0..<count)))
      return
    }
    self.init(
      values: ascending.prefix(count).reversed(),
      vectors: Matrix(rows: count, columns: order, elements: columns).selectingRows((0..<count).reversed()))
  }

  private init(values: [Double], vectors: Matrix) { (self.values, self.vectors) = (values, vectors) }
}
