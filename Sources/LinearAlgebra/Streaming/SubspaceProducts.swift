internal import COpenBLAS

/// Σ ((x − shift) · q) (x − shift) over rows, for each of some vectors q: what their covariance matrix makes of q, times the number of rows,
/// without that matrix.
///
/// In single precision it takes half the time, and a product is off by some 10⁻⁷ of |x| |q|: good enough to search by, not to judge by.
public struct SubspaceProducts: Sendable {
  /// Rows that are multiplied at a time: they stay in a processor's second cache.
  public static let together = 64

  /// The vectors as rows.
  private let vectors: Matrix
  /// The same in single precision; nil for products in double precision.
  private let single: [Float]?

  /// With `vectors`, one a row.
  public init(with vectors: Matrix, single: Bool = false) {
    self.vectors = vectors
    self.single = single ? vectors.elements.map { Float($0) } : nil
  }

  /// Products of a few rows after the others, which are added to sums once.
  public struct Partial: Sendable {
    fileprivate var doubles: [Double]
    fileprivate var floats: [Float]
    /// Memory for rows in single precision, the same for one chunk after the other.
    fileprivate var rows: [Float] = []
    /// What is summed beside products.
    public fileprivate(set) var sums: ShardSums

    /// The sums, with the products: vectors one after the other.
    public mutating func take() -> ShardSums {
      sums.products = [floats.isEmpty ? doubles : floats.map { Double($0) }]
      return sums
    }
  }

  /// Sums over no row yet.
  public var empty: Partial {
    let count = vectors.rows * vectors.columns
    return Partial(
      doubles: [Double](repeating: 0, count: single == nil ? count : 0),
      floats: [Float](repeating: 0, count: single == nil ? 0 : count),
      sums: ShardSums.zero(columns: vectors.columns, products: []))
  }

  /// Adds those of `chunk`, of at most `together` rows.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func add(_ chunk: RowChunk, to partial: inout Partial) throws {
    partial.sums.add(chunk.sums)
    guard let single else {
      let rows = Matrix(rows: chunk.rows, columns: vectors.columns, elements: chunk.doubles(0..<chunk.rows))
      return try rows.timesTransposed(vectors).addTransposedProduct(with: rows, to: &partial.doubles)
    }
    let count = chunk.rows * chunk.columns
    if partial.rows.count < count { partial.rows = [Float](repeating: 0, count: count) }
    guard chunk.write(to: &partial.rows, width: chunk.columns, capacity: chunk.rows, from: 0) else {
      throw StreamingError.beyondSinglePrecision
    }
    try addSingle(partial.rows, chunk.rows, vectors: single, to: &partial.floats)
  }

  private func addSingle(_ rows: [Float], _ count: Int, vectors: [Float], to sums: inout [Float]) throws {
    let (n, width, d) = (Int32(count), Int32(self.vectors.rows), Int32(self.vectors.columns))
    if count == 0 { return }
    var scores = [Float](repeating: 0, count: count * self.vectors.rows)
    try BLASWorkspace.use {
      unsafe rows.withUnsafeBufferPointer { rows in
        unsafe vectors.withUnsafeBufferPointer { vectors in
          unsafe scores.withUnsafeMutableBufferPointer { scores in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
              unsafe cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, n, width, d, 1, rows.baseAddress, d, vectors.baseAddress, d, 0,
                scores.baseAddress, width)
              unsafe cblas_sgemm(
                CblasRowMajor, CblasTrans, CblasNoTrans, width, d, n, 1, scores.baseAddress, width, rows.baseAddress, d,
                1, sums.baseAddress, d)
            }
          }
        }
      }
    }
  }

  /// The scores of the rows of `chunk` along each vector, (x − shift) · q; shape (rows, vectors).
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func scores(of chunk: RowChunk) throws -> Matrix {
    var elements: [Double] = []
    elements.reserveCapacity(chunk.rows * vectors.rows)
    for start in stride(from: 0, to: chunk.rows, by: Self.together) {
      let range = start..<min(start + Self.together, chunk.rows)
      let rows = Matrix(rows: range.count, columns: vectors.columns, elements: chunk.doubles(range))
      elements += try rows.timesTransposed(vectors).elements
    }
    return Matrix(rows: chunk.rows, columns: vectors.rows, elements: elements)
  }
}

extension Matrix {
  /// Adds Aᵀ B to `sums`, rows one after the other; shape (columns of A, columns of B) (BLAS `dgemm`).
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  func addTransposedProduct(with other: Matrix, to sums: inout [Double]) throws {
    precondition(rows == other.rows && sums.count == columns * other.columns, "shapes do not match")
    try BLASWorkspace.use {
      unsafe elements.withUnsafeBufferPointer { a in
        unsafe other.elements.withUnsafeBufferPointer { b in
          unsafe sums.withUnsafeMutableBufferPointer { c in
            unsafe cblas_dgemm(
              CblasRowMajor, CblasTrans, CblasNoTrans, Int32(columns), Int32(other.columns), Int32(rows), 1,
              a.baseAddress, Int32(columns), b.baseAddress, Int32(other.columns), 1, c.baseAddress,
              Int32(other.columns))
          }
        }
      }
    }
  }
}
