internal import COpenBLAS

extension Matrix {
  /// The Gram matrix of the rows, X Xᵀ; shape (rows, rows), symmetric (BLAS `dsyrk`).
  ///
  /// - Complexity: O(rows² · columns).
  public func gramOfRows() -> Matrix { symmetricProduct(order: rows, inner: columns, CblasNoTrans) }

  /// The Gram matrix of the columns, Xᵀ X; shape (columns, columns), symmetric (BLAS `dsyrk`).
  ///
  /// - Complexity: O(columns² · rows).
  public func gramOfColumns() -> Matrix { symmetricProduct(order: columns, inner: rows, CblasTrans) }

  private func symmetricProduct(order: Int, inner: Int, _ transpose: CBLAS_TRANSPOSE) -> Matrix {
    BLASThreads.useOne()
    var product = [Double](repeating: 0, count: order * order)
    unsafe elements.withUnsafeBufferPointer { x in
      unsafe product.withUnsafeMutableBufferPointer { c in
        unsafe cblas_dsyrk(
          CblasRowMajor, CblasUpper, transpose, Int32(order), Int32(inner), 1, x.baseAddress, Int32(columns),
          0, c.baseAddress, Int32(order))
      }
    }
    // dsyrk fills the upper triangle only.
    for i in 0..<order {
      for j in 0..<i { product[i * order + j] = product[j * order + i] }
    }
    return Matrix(rows: order, columns: order, elements: product)
  }

  /// The product A B (BLAS `dgemm`).
  public func times(_ other: Matrix) -> Matrix {
    precondition(columns == other.rows, "inner dimensions differ")
    BLASThreads.useOne()
    var product = [Double](repeating: 0, count: rows * other.columns)
    unsafe elements.withUnsafeBufferPointer { a in
      unsafe other.elements.withUnsafeBufferPointer { b in
        unsafe product.withUnsafeMutableBufferPointer { c in
          unsafe cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(other.columns), Int32(columns), 1,
            a.baseAddress, Int32(columns), b.baseAddress, Int32(other.columns), 0, c.baseAddress,
            Int32(other.columns))
        }
      }
    }
    return Matrix(rows: rows, columns: other.columns, elements: product)
  }

  /// The product A x; shape (rows) (BLAS `dgemv`).
  public func times(_ vector: [Double]) -> [Double] {
    precondition(vector.count == columns, "inner dimensions differ")
    BLASThreads.useOne()
    var product = [Double](repeating: 0, count: rows)
    unsafe elements.withUnsafeBufferPointer { a in
      unsafe vector.withUnsafeBufferPointer { x in
        unsafe product.withUnsafeMutableBufferPointer { y in
          unsafe cblas_dgemv(
            CblasRowMajor, CblasNoTrans, Int32(rows), Int32(columns), 1, a.baseAddress, Int32(columns),
            x.baseAddress, 1, 0, y.baseAddress, 1)
        }
      }
    }
    return product
  }
}
