internal import CMoments

/// The mean of each column of rows that come a few at a time, with memory that is used again: for means of many short lists of
/// rows, and, with the squares beside it, for `ColumnMoments`.
///
/// Sums are taken of the differences from the first row, in double precision, eight rows to a group: what all rows share
/// (one dimension can be a thousand times the rest) cancels before it is summed, not after. With n rows a mean is off by
/// at most (n/8 + 4) · 2⁻⁵³ · mean |x − x₀| from the sums, 2 · 10⁻¹⁴ of the spread for a thousand, and 2⁻⁵³ |mean| from the
/// rounding of the result; doubles of more than 53 bits apart add the rounding of x − x₀ (Higham, Accuracy and Stability of
/// Numerical Algorithms, section 4.2, for the order; Chan, Golub & LeVeque, The American Statistician 37, 1983, for the
/// shift). Rows that do not fill a group are added one by one. The bits depend on the order of the rows alone, neither on the
/// processor nor on how columns are divided.
public struct ColumnSums: Sendable {
  /// Rows that are added together. They are to come in multiples of it, but for the last.
  public static let group = persona_group
  /// Bytes held for each column.
  public static let bytesPerColumn = 2 * MemoryLayout<Double>.size

  /// The number of columns.
  public let columns: Int
  private let encoding: ElementEncoding
  /// The number of rows so far.
  public private(set) var count = 0
  /// The first row.
  private var shift: [Double]
  /// Of the differences from `shift`; shape (columns).
  private(set) var sums: [Double]

  /// Of rows of `columns` columns, and no row yet.
  public init(columns: Int, encoding: ElementEncoding) {
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
    begin(bytes, rows: rows)
    unsafe accumulate(bytes, rows: rows, columns: 0..<columns, squares: nil)
    count += rows
  }

  /// Adds rows as `add(_:rows:)` does, and takes the products of the equal parts that rows consist of, each with its line, in one pass
  /// over memory: the bits are those of both apart.
  ///
  /// - Parameters:
  ///   - lines: of each part what it is multiplied with; nil where nothing is wanted.
  ///   - products: the products; shape (parts, rows).
  ///   - squares: the squared lengths of the parts, of the same shape; empty where they are not wanted.
  public mutating func add(
    _ bytes: [UInt8], rows: Int, with lines: ArraySlice<RowProducts?>, products: inout [Double], squares: inout [Double]
  ) {
    begin(bytes, rows: rows)
    let width = columns / lines.count
    precondition(
      lines.allSatisfy { $0.map { $0.columns == width && $0.encoding == encoding } ?? true }
        && width * lines.count == columns && products.count == rows * lines.count
        && (squares.isEmpty || squares.count == products.count), "lines and rows do not match")
    for (part, line) in lines.enumerated() {
      let range = part * width..<(part + 1) * width
      guard let line else {
        unsafe accumulate(bytes, rows: rows, columns: range, squares: nil)
        continue
      }
      multiply(bytes, rows: rows, columns: range, line.line, part, &products, &squares)
    }
    count += rows
  }

  private mutating func multiply(
    _ bytes: [UInt8], rows: Int, columns range: Range<Int>, _ line: [Double], _ part: Int, _ products: inout [Double],
    _ squares: inout [Double]
  ) {
    let (start, size, first, areSquared) = (range.lowerBound, encoding.byteCount, part * rows, !squares.isEmpty)
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe line.withUnsafeBufferPointer { line in
        unsafe shift.withUnsafeBufferPointer { shift in
          unsafe sums.withUnsafeMutableBufferPointer { sums in
            unsafe products.withUnsafeMutableBufferPointer { products in
              unsafe squares.withUnsafeMutableBufferPointer { squares in
                guard let bytes = bytes.baseAddress, let line = line.baseAddress, let shift = shift.baseAddress,
                  let sums = sums.baseAddress, let products = products.baseAddress
                else { return }
                unsafe persona_add_and_multiply(
                  bytes + start * size, columns * size, rows, range.count, encoding.code, shift + start, sums + start,
                  line, products + first, areSquared ? squares.baseAddress.map { unsafe $0 + first } : nil)
              }
            }
          }
        }
      }
    }
  }

  /// Adds rows as `add(_:rows:)` does, but those that do not fill a group as a group whose other rows are the first row, and the
  /// squares of the differences to `squares`, `persona_lanes` partial sums for each of the equal parts that rows consist of.
  mutating func add(_ bytes: [UInt8], rows: Int, squares: inout [Double]) {
    begin(bytes, rows: rows)
    let parts = squares.count / persona_lanes
    let width = columns / parts
    unsafe squares.withUnsafeMutableBufferPointer { squares in
      for part in 0..<parts {
        unsafe accumulate(
          bytes, rows: rows, columns: part * width..<(part + 1) * width,
          squares: squares.baseAddress.map { unsafe $0 + part * persona_lanes })
      }
    }
    count += rows
  }

  /// Takes the first row of all as the shift.
  private mutating func begin(_ bytes: [UInt8], rows: Int) {
    precondition(rows > 0 && bytes.count >= rows * columns * encoding.byteCount, "rows and bytes do not match")
    precondition(count % Self.group == 0, "a group of rows was not full")
    guard count == 0 else { return }
    for column in 0..<columns {
      shift[column] = 0
      sums[column] = 0
    }
    // The first row about no shift is itself.
    unsafe accumulate(bytes, rows: 1, columns: 0..<columns, squares: nil)
    swap(&shift, &sums)
  }

  private mutating func accumulate(
    _ bytes: [UInt8], rows: Int, columns range: Range<Int>, squares: UnsafeMutablePointer<Double>?
  ) {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe shift.withUnsafeBufferPointer { shift in
        unsafe sums.withUnsafeMutableBufferPointer { sums in
          guard let bytes = bytes.baseAddress, let shift = shift.baseAddress, let sums = sums.baseAddress else {
            return
          }
          let (start, size) = (range.lowerBound, encoding.byteCount)
          unsafe persona_add_rows(
            bytes + start * size, columns * size, rows, range.count, encoding.code, shift + start, sums + start, squares
          )
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
