internal import CMoments

/// The mean of each column, and the sum of squared deviations from the means, of rows that come a few at a time.
///
/// Sums are taken of the differences from the first row, in double precision, eight rows to a group: what all rows share
/// (one dimension can be a thousand times the rest) cancels before it is summed, not after. With n rows a mean is off by
/// at most (n/8 + 4) · 2⁻⁵³ · mean |x − x₀| from the sums, 2 · 10⁻¹⁴ of the spread for a thousand, and 2⁻⁵³ |mean| from the
/// rounding of the result; doubles of more than 53 bits apart add the rounding of x − x₀ (Higham, Accuracy and Stability of
/// Numerical Algorithms, section 4.2, for the order; Chan, Golub & LeVeque, The American Statistician 37, 1983, for the
/// shift). The bits depend on the order of the rows alone, neither on the processor nor on how columns are divided.
public struct ColumnMoments: Sendable {
  /// How the elements of a row are encoded, little-endian.
  public enum Encoding: Sendable {
    case bfloat16, float16, float32, float64

    /// Bytes an element takes.
    public var byteCount: Int {
      switch self {
      case .bfloat16, .float16: 2
      case .float32: 4
      case .float64: 8
      }
    }

    var code: persona_encoding {
      switch self {
      case .bfloat16: persona_bfloat16
      case .float16: persona_float16
      case .float32: persona_float32
      case .float64: persona_float64
      }
    }
  }

  /// Rows that are added together.
  public static let group = 8
  /// Bytes held for each column.
  public static let bytesPerColumn = 2 * MemoryLayout<Double>.size
  /// Columns that are added together.
  private static let step = 8
  private static let lanes = persona_lanes

  /// The columns of each part, of which the squares are summed.
  private let width: Int
  /// `width` and what makes it a multiple of `step`.
  private let padded: Int
  private let parts: Int
  private let encoding: Encoding
  /// The number of rows so far.
  public private(set) var count = 0
  private var shift: [Double]
  private var sums: [Double]
  /// The partial sums of squares, `lanes` a part.
  private var squares: [Double]
  /// Rows whose parts are not of a multiple of `step`, with zeros between them.
  private var spread: [UInt8] = []
  private var first: [UInt8] = []

  /// Of rows of `parts` parts of `width` columns, and no row yet.
  public init(parts: Int, width: Int, encoding: Encoding) {
    precondition(parts > 0 && width > 0, "a row has columns")
    (self.parts, self.width, self.encoding) = (parts, width, encoding)
    padded = (width + Self.step - 1) / Self.step * Self.step
    shift = [Double](repeating: 0, count: parts * padded)
    sums = shift
    squares = [Double](repeating: 0, count: parts * Self.lanes)
  }

  /// Adds `rows` rows that lie one after the other at the start of `bytes`.
  ///
  /// - Precondition: `group` rows, fewer only the last time.
  public mutating func add(_ bytes: [UInt8], rows: Int) {
    let rowBytes = parts * width * encoding.byteCount
    precondition((1...Self.group).contains(rows) && bytes.count >= rows * rowBytes, "rows and bytes do not match")
    precondition(count % Self.group == 0, "a group of rows was not full")
    if rows == Self.group, padded == width, count > 0 {
      add(bytes, stride: rowBytes)
    } else {
      fill(bytes, rows: rows)
      if count == 0 { begin() }
      complete(rows)
      add(spread, stride: parts * padded * encoding.byteCount)
    }
    count += rows
  }

  /// Copies `rows` rows to `spread`.
  private mutating func fill(_ bytes: [UInt8], rows: Int) {
    let (from, to) = (width * encoding.byteCount, padded * encoding.byteCount)
    if spread.isEmpty { spread = [UInt8](repeating: 0, count: Self.group * parts * to) }
    for part in 0..<rows * parts {
      spread.replaceSubrange(part * to..<part * to + from, with: bytes[part * from..<(part + 1) * from])
    }
  }

  /// Takes the first row as the shift.
  private mutating func begin() {
    let rowBytes = parts * padded * encoding.byteCount
    first = Array(spread[..<rowBytes])
    // Its sum with seven rows of zeros, about no shift, is what its elements are.
    add(first + [UInt8](repeating: 0, count: spread.count - rowBytes), stride: rowBytes)
    (shift, sums) = (sums, shift)
    for index in squares.indices { squares[index] = 0 }
  }

  /// Makes the rows of `spread` behind the first `rows` equal to the shift, so that they add nothing.
  private mutating func complete(_ rows: Int) {
    for row in rows..<Self.group {
      spread.replaceSubrange(row * first.count..<(row + 1) * first.count, with: first)
    }
  }

  private mutating func add(_ rows: [UInt8], stride: Int) {
    unsafe rows.withUnsafeBytes { rows in
      unsafe shift.withUnsafeBufferPointer { shift in
        unsafe sums.withUnsafeMutableBufferPointer { sums in
          unsafe squares.withUnsafeMutableBufferPointer { squares in
            guard let rows = rows.baseAddress, let shift = shift.baseAddress, let sums = sums.baseAddress,
              let squares = squares.baseAddress
            else { return }
            for part in 0..<parts {
              let start = part * padded
              unsafe persona_add_rows(
                (rows + start * encoding.byteCount).assumingMemoryBound(to: UInt8.self), stride, padded, encoding.code,
                shift + start, sums + start, squares + part * Self.lanes)
            }
          }
        }
      }
    }
  }

  /// The means; shape (parts · width).
  public var means: [Double] {
    let scale = Double(count)
    var means: [Double] = []
    means.reserveCapacity(parts * width)
    for part in 0..<parts {
      for j in part * padded..<part * padded + width { means.append(shift[j] + sums[j] / scale) }
    }
    return means
  }

  /// Of each part, the sum over its columns of the squared deviations from the means; NaN if a value was not finite.
  public var sumsOfSquares: [Double] {
    let scale = Double(count)
    return (0..<parts).map { part in
      let total = squares[part * Self.lanes..<(part + 1) * Self.lanes].reduce(0, +)
      let excess = sums[part * padded..<(part + 1) * padded].reduce(0) { $0 + $1 * $1 } / scale
      // Never negative but by rounding; a NaN stays one.
      return total - excess < 0 ? 0 : total - excess
    }
  }
}
