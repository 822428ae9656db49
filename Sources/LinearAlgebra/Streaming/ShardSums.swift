internal import COpenBLAS

/// What is summed over some rows of a matrix too large for memory: of rows x about a fixed shift, Σ (x − shift), Σ |x − shift|² and
/// sums of products, in double precision.
///
/// Sums over other rows are added to it. Which rows are added in which order is what `ReductionTree` fixes, so that the bits do not
/// depend on who summed what.
public struct ShardSums: Sendable, Equatable {
  /// The rows that were summed.
  public internal(set) var rows: Int
  /// The rows that were left out: of values that are not finite, or of nothing but zeros.
  public internal(set) var skipped: Int
  /// Σ (x − shift); shape (d).
  public internal(set) var sums: [Double]
  /// Σ |x − shift|².
  public internal(set) var squares: Double
  /// Sums of products: the tiles of Σ (x − shift)(x − shift)ᵀ (`CovarianceTiles`), or one list, Σ ((x − shift) · q) (x − shift), vectors q
  /// one after the other.
  public internal(set) var products: [[Double]]

  /// Sums that are known: of another process, or of a file.
  public init(rows: Int, skipped: Int, sums: [Double], squares: Double, products: [[Double]]) {
    (self.rows, self.skipped, self.sums, self.squares, self.products) = (rows, skipped, sums, squares, products)
  }

  /// Of no rows, of `columns` dimensions, with lists of products of the lengths `products`.
  public static func zero(columns: Int, products: [Int]) -> ShardSums {
    ShardSums(
      rows: 0, skipped: 0, sums: [Double](repeating: 0, count: columns), squares: 0,
      products: products.map { [Double](repeating: 0, count: $0) })
  }

  /// Takes `products` as its own.
  public mutating func take(products: [[Double]]) { self.products = products }

  /// Adds the sums over other rows, about the same shift.
  public mutating func add(_ other: ShardSums) {
    precondition(products.map(\.count) == other.products.map(\.count), "sums of another kind")
    rows += other.rows
    skipped += other.skipped
    squares += other.squares
    addElements(of: other.sums, to: &sums)
    for place in products.indices { addElements(of: other.products[place], to: &products[place]) }
  }
}

/// Adds each element of `other` to that of `sums` (BLAS `daxpy`, whose product with 1 is exact).
func addElements(of other: [Double], to sums: inout [Double]) {
  precondition(other.count == sums.count, "sums differ in length")
  BLASThreads.useOne()
  unsafe other.withUnsafeBufferPointer { x in
    unsafe sums.withUnsafeMutableBufferPointer { y in
      unsafe cblas_daxpy(Int32(x.count), 1, x.baseAddress, 1, y.baseAddress, 1)
    }
  }
}
