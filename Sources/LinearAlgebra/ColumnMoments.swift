internal import CMoments

/// The mean of each column, and the sum of squared deviations from the means, of rows that come a few at a time: `ColumnSums`,
/// with its bounds, and the squares of the same differences from the first row.
///
/// Rows that do not fill a group are added as one whose other rows are the first row.
public struct ColumnMoments: Sendable {
  /// Rows that are added together. They are to come in multiples of it, but for the last.
  public static let group = ColumnSums.group
  /// Bytes held for each column.
  public static let bytesPerColumn = ColumnSums.bytesPerColumn

  private let parts: Int
  private var columns: ColumnSums
  /// The partial sums of squares, `persona_lanes` a part.
  private var squares: [Double]

  /// The number of rows so far.
  public var count: Int { columns.count }

  /// Of rows of `parts` parts of `width` columns, and no row yet.
  public init(parts: Int, width: Int, encoding: ElementEncoding) {
    precondition(parts > 0 && width > 0, "a row has columns")
    self.parts = parts
    columns = ColumnSums(columns: parts * width, encoding: encoding)
    squares = [Double](repeating: 0, count: parts * persona_lanes)
  }

  /// Adds `rows` rows that lie one after the other at the start of `bytes`.
  ///
  /// - Precondition: a multiple of `group` rows, but for the last time.
  public mutating func add(_ bytes: [UInt8], rows: Int) {
    columns.add(bytes, rows: rows, squares: &squares)
  }

  /// The means; shape (parts · width).
  ///
  /// - Precondition: there was a row.
  public var means: [Double] {
    var means = [Double](repeating: 0, count: columns.columns)
    columns.means(of: means.indices, into: &means)
    return means
  }

  /// Of each part, the sum over its columns of the squared deviations from the means; NaN if a value was not finite.
  public var sumsOfSquares: [Double] {
    let (scale, width) = (Double(count), columns.columns / parts)
    return (0..<parts).map { part in
      let total = squares[part * persona_lanes..<(part + 1) * persona_lanes].reduce(0, +)
      let excess = columns.sums[part * width..<(part + 1) * width].reduce(0) { $0 + $1 * $1 } / scale
      // Never negative but by rounding; a NaN stays one.
      return total - excess < 0 ? 0 : total - excess
    }
  }
}
