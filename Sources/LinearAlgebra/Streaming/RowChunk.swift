internal import CMoments

/// Some rows of a matrix as they are on disk, about a shift.
public struct RowChunk: Sendable {
  /// The number of rows.
  public let rows: Int
  /// The rows that were left out of what was read.
  public let skipped: Int
  /// The dimensions of a row.
  public let columns: Int
  private var bytes: [UInt8]
  private let encoding: ElementEncoding
  private let shift: [Double]

  /// Of `rows` rows that lie one after the other at the start of `bytes`.
  ///
  /// - Parameters:
  ///   - shift: what is taken from every row; shape (d).
  ///   - skipped: the rows that are not among them.
  public init(_ bytes: [UInt8], rows: Int, encoding: ElementEncoding, shift: [Double], skipped: Int = 0) {
    precondition(bytes.count >= rows * shift.count * encoding.byteCount, "rows and bytes do not match")
    (self.bytes, self.rows, self.encoding, self.shift) = (bytes, rows, encoding, shift)
    (self.skipped, columns) = (skipped, shift.count)
    sums = Self.sums(bytes, rows: rows, skipped: skipped, encoding, shift)
  }

  /// Gives up its bytes, for another chunk to be read to.
  public mutating func takeBytes() -> [UInt8] {
    let own = bytes
    bytes = []
    return own
  }

  /// The sums over its rows, without products; `squares` is not finite if a value is not.
  public let sums: ShardSums

  private static func sums(
    _ bytes: [UInt8], rows: Int, skipped: Int, _ encoding: ElementEncoding, _ shift: [Double]
  ) -> ShardSums {
    let columns = shift.count
    var (sums, squares) = ([Double](repeating: 0, count: columns), [Double](repeating: 0, count: persona_lanes))
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        unsafe squares.withUnsafeMutableBufferPointer { squares in
          guard let bytes = bytes.baseAddress, let sums = sums.baseAddress, rows > 0 else { return }
          unsafe persona_add_rows(
            bytes, columns * encoding.byteCount, rows, columns, encoding.code, shift, sums, squares.baseAddress)
        }
      }
    }
    return ShardSums(rows: rows, skipped: skipped, sums: sums, squares: squares.reduce(0, +), products: [])
  }

  /// Its rows less the shift in double precision; shape (rows, d).
  public func doubles(_ range: Range<Int>) -> [Double] {
    unsafe [Double](unsafeUninitializedCapacity: range.count * columns) { result, count in
      count = range.count * columns
      unsafe bytes.withUnsafeBufferPointer { bytes in
        guard let bytes = bytes.baseAddress, let result = result.baseAddress else { return }
        let stride = columns * encoding.byteCount
        _ = unsafe persona_shift_to_doubles(
          bytes + range.lowerBound * stride, stride, range.count, columns, encoding.code, shift, result)
      }
    }
  }

  /// Writes its rows less the shift in single precision to `panels`, of `width` columns each (the last may be narrower) and `capacity` rows, one
  /// panel after the other, from the row `start` on.
  ///
  /// - Returns: whether every difference is within the range of single precision.
  func write(to panels: inout [Float], width: Int, capacity: Int, from start: Int) -> Bool {
    precondition(start + rows <= capacity && panels.count >= capacity * columns, "no room for the rows")
    var isFinite = true
    unsafe panels.withUnsafeMutableBufferPointer { panels in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe shift.withUnsafeBufferPointer { shift in
          guard let bytes = bytes.baseAddress, let shift = shift.baseAddress, let panels = panels.baseAddress else {
            return
          }
          for first in stride(from: 0, to: columns, by: width) {
            let own = min(width, columns - first)
            let isOwnFinite = unsafe persona_shift_to_floats(
              bytes + first * encoding.byteCount, columns * encoding.byteCount, rows, own, encoding.code, shift + first,
              panels + first * capacity + start * own)
            if isOwnFinite == 0 { isFinite = false }
          }
        }
      }
    }
    return isFinite
  }
}
