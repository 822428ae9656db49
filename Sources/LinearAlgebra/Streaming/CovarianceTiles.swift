internal import COpenBLAS
internal import Synchronization

/// Σ (x − shift)(x − shift)ᵀ over rows that come a block at a time, in square tiles of its upper triangle, of which each is summed by
/// one task at a time.
///
/// The products over a block are taken in single precision (BLAS `ssyrk`, `sgemm`), at twice the speed, and added up in double
/// precision over blocks. Rows are rounded to single precision after the shift is taken off in double precision, so that what all
/// rows have in common, such as the mean of a massive dimension, is not rounded with them. A product is off by some 2⁻²⁴ of itself, at
/// random; a variance, a sum of many of them, by far less.
public final class CovarianceTiles: Sendable {
  /// The columns of a tile: three of them fit into a processor's second cache.
  public static let width = 512

  private final class Tile: Sendable {
    let sums: Mutex<[Double]>
    init(count: Int) { sums = Mutex([Double](repeating: 0, count: count)) }
  }

  /// Rows in single precision, less the shift.
  public struct Panels: Sendable {
    /// The rows that it has.
    public private(set) var rows = 0
    fileprivate private(set) var capacity: Int
    fileprivate private(set) var elements: [Float]
    private let columns: Int

    /// With room for `capacity` rows of `columns` dimensions, and no row yet.
    public init(capacity: Int, columns: Int) {
      (self.capacity, self.columns) = (capacity, columns)
      elements = [Float](repeating: 0, count: capacity * columns)
    }

    /// Forgets its rows, and takes up to `capacity` others into the same memory, which the system need not clear again.
    public mutating func reset(capacity: Int) {
      (rows, self.capacity) = (0, capacity)
      if elements.count < capacity * columns { elements = [Float](repeating: 0, count: capacity * columns) }
    }

    /// Adds the rows of `chunk`.
    ///
    /// - Throws: `StreamingError.beyondSinglePrecision` if a value is.
    public mutating func append(_ chunk: RowChunk) throws {
      guard chunk.write(to: &elements, width: CovarianceTiles.width, capacity: capacity, from: rows) else {
        throw StreamingError.beyondSinglePrecision
      }
      rows += chunk.rows
    }
  }

  /// The dimensions of a row.
  public let columns: Int
  private let tiles: [Tile]
  private let places: [(row: Int, column: Int)]

  /// Of rows of `columns` dimensions, and no row yet.
  public init(columns: Int) {
    self.columns = columns
    places = Self.places(columns)
    tiles = places.map { Tile(count: Self.width(of: $0.row, columns) * Self.width(of: $0.column, columns)) }
  }

  /// The number of tiles.
  public var count: Int { tiles.count }

  private static func places(_ columns: Int) -> [(row: Int, column: Int)] {
    let panels = (columns + width - 1) / width
    return (0..<panels).flatMap { row in (row..<panels).map { (row: row, column: $0) } }
  }

  private static func width(of panel: Int, _ columns: Int) -> Int { min(width, columns - panel * width) }

  /// Adds the products of the rows of `block` to the tile `index`.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func add(_ block: [Panels], tile index: Int) throws {
    let (row, column) = places[index]
    let (rowWidth, columnWidth) = (Self.width(of: row, columns), Self.width(of: column, columns))
    var products = [Float](repeating: 0, count: rowWidth * columnWidth)
    for chunk in block where chunk.rows > 0 {
      let rows = Int32(chunk.rows)
      try BLASWorkspace.use {
        unsafe chunk.elements.withUnsafeBufferPointer { panels in
          unsafe products.withUnsafeMutableBufferPointer { products in
            guard let panels = panels.baseAddress else { return }
            let left = unsafe panels + row * Self.width * chunk.capacity
            let right = unsafe panels + column * Self.width * chunk.capacity
            if row == column {
              unsafe cblas_ssyrk(
                CblasRowMajor, CblasUpper, CblasTrans, Int32(rowWidth), rows, 1, left, Int32(rowWidth), 1,
                products.baseAddress, Int32(rowWidth))
            } else {
              unsafe cblas_sgemm(
                CblasRowMajor, CblasTrans, CblasNoTrans, Int32(rowWidth), Int32(columnWidth), rows, 1, left,
                Int32(rowWidth), right, Int32(columnWidth), 1, products.baseAddress, Int32(columnWidth))
            }
          }
        }
      }
    }
    tiles[index].sums.withLock { sums in for place in sums.indices { sums[place] += Double(products[place]) } }
  }

  /// Takes the tiles out, which leaves none.
  public func take() -> [[Double]] {
    tiles.map { tile in
      tile.sums.withLock { sums in
        let own = sums
        sums = []
        return own
      }
    }
  }

  /// The lengths of the tiles of rows of `columns` dimensions, in their order.
  public static func lengths(columns: Int) -> [Int] {
    places(columns).map { width(of: $0.row, columns) * width(of: $0.column, columns) }
  }

  /// Columns of a tile that are written as rows together: what is read of one of its rows is used while it is in the cache.
  private static let turned = 8

  /// The number of stripes of `width` rows that a matrix of `columns` rows has; the last may be narrower.
  public static func stripeCount(columns: Int) -> Int { (columns + width - 1) / width }

  /// Some rows of the whole matrix whose upper triangle is in `tiles`, each element less that of `rows` · mean meanᵀ, over `divisor`: those
  /// of the stripe `index`; shape (rows of the stripe, columns).
  ///
  /// - Parameter mean: of the rows about the shift.
  public static func covariance(
    _ tiles: [[Double]], stripe index: Int, mean: [Double], rows: Int, divisor: Double
  ) -> Matrix {
    let (columns, count, own) = (mean.count, Double(rows), width(of: index, mean.count))
    var stripe = [Double](repeating: 0, count: own * columns)
    for (place, tile) in zip(places(columns), tiles) where place.row == index || place.column == index {
      let (height, columnWidth) = (width(of: place.row, columns), width(of: place.column, columns))
      let (top, left) = (place.row * width, place.column * width)
      func value(_ i: Int, _ j: Int) -> Double {
        (tile[i * columnWidth + j] - count * mean[top + i] * mean[left + j]) / divisor
      }
      if place.row == index {
        for i in 0..<height {
          for j in (place.column == index ? i : 0)..<columnWidth { stripe[i * columns + left + j] = value(i, j) }
        }
      }
      guard place.column == index else { continue }
      for first in stride(from: 0, to: columnWidth, by: turned) {
        let last = min(first + turned, columnWidth)
        // Of a tile on the diagonal, what is above it.
        let isDiagonal = place.row == index
        for i in 0..<(isDiagonal ? last : height) {
          for j in stride(from: isDiagonal ? max(first, i + 1) : first, to: last, by: 1) {
            stripe[j * columns + top + i] = value(i, j)
          }
        }
      }
    }
    return Matrix(rows: own, columns: columns, elements: stripe)
  }
}

/// Why rows cannot be summed.
public enum StreamingError: Error, Sendable, Equatable {
  /// A value, less the mean, is beyond the range of single precision.
  case beyondSinglePrecision
}
