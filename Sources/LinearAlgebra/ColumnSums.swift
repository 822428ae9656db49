internal import CMoments

/// The mean of each column of rows that come a few at a time, for means of many short lists of rows: `ColumnMoments` without the
/// squares, and with memory that is used again.
///
/// Sums are taken of the differences from the first row, in double precision, eight rows to a group: what all rows share cancels
/// before it is summed. The bits depend on the order of the rows alone, neither on the processor nor on how columns are divided.
public struct ColumnSums: Sendable {
  /// Rows are to come in multiples of it, but for the last.
  public static let group = 8
  /// Bytes held for each column.
  public static let bytesPerColumn = 2 * MemoryLayout<Double>.size

  /// The number of columns.
  public let columns: Int
  private let encoding: ColumnMoments.Encoding
  private var count = 0
  private var shift: [Double]
  private var sums: [Double]

  /// Of rows of `columns` columns, and no row yet.
  public init(columns: Int, encoding: ColumnMoments.Encoding) {
    precondition(columns > 0, "a row has columns")
    (self.columns, self.encoding) = (columns, encoding)
    shift = [Double](repeating: 0, count: columns)
    sums = shift
  }

  /// Begins another list of rows.
  public mutating func reset() { count = 0 }

  /// Adds `rows` rows that lie one after the other at the start of `bytes`.
  ///
  /// - Precondition: a multiple of `group` rows, but for the last time.
  public mutating func add(_ bytes: [UInt8], rows: Int) {
    precondition(rows > 0 && bytes.count >= rows * columns * encoding.byteCount, "rows and bytes do not match")
    precondition(count % Self.group == 0, "a group of rows was not full")
    if count == 0 {
      for column in 0..<columns {
        shift[column] = 0
        sums[column] = 0
      }
      // The first row about no shift is itself.
      accumulate(bytes, rows: 1)
      swap(&shift, &sums)
    }
    accumulate(bytes, rows: rows)
    count += rows
  }

  private mutating func accumulate(_ bytes: [UInt8], rows: Int) {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe shift.withUnsafeBufferPointer { shift in
        unsafe sums.withUnsafeMutableBufferPointer { sums in
          guard let bytes = bytes.baseAddress, let shift = shift.baseAddress, let sums = sums.baseAddress else {
            return
          }
          unsafe persona_sum_rows(
            bytes, columns * encoding.byteCount, rows, columns, encoding.code, shift, sums)
        }
      }
    }
  }

  /// Writes the means of the columns `range` to `means`, from its start on. A value that was not finite leaves NaN or infinity.
  public func means(of range: Range<Int>, into means: inout [Double]) {
    precondition(
      count > 0 && range.lowerBound >= 0 && range.upperBound <= columns && means.count >= range.count,
      "no rows, or no room")
    unsafe shift.withUnsafeBufferPointer { shift in
      unsafe sums.withUnsafeBufferPointer { sums in
        unsafe means.withUnsafeMutableBufferPointer { means in
          guard let shift = shift.baseAddress, let sums = sums.baseAddress, let means = means.baseAddress else {
            return
          }
          unsafe persona_means(
            shift + range.lowerBound, sums + range.lowerBound, Double(count), range.count, means)
        }
      }
    }
  }
}
