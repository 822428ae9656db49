internal import COpenBLAS

extension Matrix {
  /// The Gram matrix of the rows, X Xᵀ; shape (rows, rows), symmetric (BLAS `dsyrk`).
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  /// - Complexity: O(rows² · columns).
  public func gramOfRows() throws -> Matrix {
    try symmetricProduct(order: rows, inner: columns, CblasNoTrans)
  }

  /// The Gram matrix of the columns, Xᵀ X; shape (columns, columns), symmetric (BLAS `dsyrk`).
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  /// - Complexity: O(columns² · rows).
  public func gramOfColumns() throws -> Matrix {
    try symmetricProduct(order: columns, inner: rows, CblasTrans)
  }

  /// Adds the Gram matrix of the columns to the upper triangle of `sums`, rows one after the other; shape (columns, columns) (BLAS
  /// `dsyrk`).
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  /// - Complexity: O(columns² · rows).
  public func addGramOfColumns(into sums: inout [Double]) throws {
    precondition(sums.count == columns * columns, "sums are of another shape")
    try BLASWorkspace.use {
      unsafe elements.withUnsafeBufferPointer { x in
        unsafe sums.withUnsafeMutableBufferPointer { c in
          unsafe cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasTrans, Int32(columns), Int32(rows), 1, x.baseAddress, Int32(columns), 1,
            c.baseAddress, Int32(columns))
        }
      }
    }
  }

  private func symmetricProduct(order: Int, inner: Int, _ transpose: CBLAS_TRANSPOSE) throws -> Matrix {
    var product = [Double](repeating: 0, count: order * order)
    try BLASWorkspace.use {
      unsafe elements.withUnsafeBufferPointer { x in
        unsafe product.withUnsafeMutableBufferPointer { c in
          unsafe cblas_dsyrk(
            CblasRowMajor, CblasUpper, transpose, Int32(order), Int32(inner), 1, x.baseAddress, Int32(columns),
            0, c.baseAddress, Int32(order))
        }
      }
    }
    // dsyrk fills the upper triangle only.
    for i in 0..<order {
      for j in 0..<i { product[i * order + j] = product[j * order + i] }
    }
    return Matrix(rows: order, columns: order, elements: product)
  }

  /// The product A B (BLAS `dgemm`).
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func times(_ other: Matrix) throws -> Matrix {
    precondition(columns == other.rows, "inner dimensions differ")
    return try product(with: other, columns: other.columns, CblasNoTrans)
  }

  /// The product A Bᵀ (BLAS `dgemm`).
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func timesTransposed(_ other: Matrix) throws -> Matrix {
    precondition(columns == other.columns, "inner dimensions differ")
    return try product(with: other, columns: other.rows, CblasTrans)
  }

  private func product(with other: Matrix, columns width: Int, _ transpose: CBLAS_TRANSPOSE) throws -> Matrix {
    var product = [Double](repeating: 0, count: rows * width)
    try BLASWorkspace.use {
      unsafe elements.withUnsafeBufferPointer { a in
        unsafe other.elements.withUnsafeBufferPointer { b in
          unsafe product.withUnsafeMutableBufferPointer { c in
            unsafe cblas_dgemm(
              CblasRowMajor, CblasNoTrans, transpose, Int32(rows), Int32(width), Int32(columns), 1, a.baseAddress,
              Int32(columns), b.baseAddress, Int32(max(other.columns, 1)), 0, c.baseAddress, Int32(max(width, 1)))
          }
        }
      }
    }
    return Matrix(rows: rows, columns: width, elements: product)
  }

  /// The product A x; shape (rows) (BLAS `dgemv`).
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func times(_ vector: [Double]) throws -> [Double] {
    precondition(vector.count == columns, "inner dimensions differ")
    var product = [Double](repeating: 0, count: rows)
    try BLASWorkspace.use {
      unsafe elements.withUnsafeBufferPointer { a in
        unsafe vector.withUnsafeBufferPointer { x in
          unsafe product.withUnsafeMutableBufferPointer { y in
            unsafe cblas_dgemv(
              CblasRowMajor, CblasNoTrans, Int32(rows), Int32(columns), 1, a.baseAddress, Int32(columns),
              x.baseAddress, 1, 0, y.baseAddress, 1)
          }
        }
      }
    }
    return product
  }
}
