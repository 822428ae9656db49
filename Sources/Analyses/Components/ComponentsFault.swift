public import Files

/// Why rows have no components.
public enum ComponentsFault: FileFault, Equatable {
  /// There are too few rows, or dimensions.
  case tooFew(rows: Int, skipped: Int, dimensions: Int, wanted: Int, layer: Int)
  /// All rows are the same.
  case noVariance(rows: Int, layer: Int)
  /// A value is beyond the range of single precision.
  case beyondSinglePrecision(row: Int, layer: Int)
  /// The rows vary by sizes that single precision does not suit.
  case scale(Double, layer: Int)
  /// Products of a value are beyond the range of single precision.
  case outlier(Double, row: Int, dimension: Int, layer: Int)
  /// The dual way would hold more rows than it should.
  case tooManyForDual(rows: Int, dimensions: Int)

  static func beyondSinglePrecision(at place: (path: String, row: Int), layer: Int) -> FileError {
    FileError(path: place.path, fault: Self.beyondSinglePrecision(row: place.row, layer: layer))
  }

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .tooFew(let rows, let skipped, let dimensions, let wanted, let layer):
      "\(rows) rows of \(dimensions) dimensions at layer \(layer)\(skipped > 0 ? " (\(skipped) were left out)" : ""): "
        + (min(rows - 1, dimensions) > 0
          ? "they have at most \(min(rows - 1, dimensions)) components, and \(wanted) are wanted; give -k \(min(rows - 1, dimensions)) or less, or more rows"
          : "two rows at least are needed")
    case .noVariance(let rows, let layer):
      "all \(rows) rows are the same at layer \(layer): there is no variance to divide; was one row dumped over and over?"
    case .beyondSinglePrecision(let row, let layer):
      "a value beyond 3.4e38 near row \(row) at layer \(layer): no model has such an activation; dump it again"
    case .scale(let size, let layer):
      """
      at layer \(layer) values differ from their mean by some \(scientific(size)): sums of products of such numbers are not exact, as those from \
      1e-13 to 1e13 are; was the dump scaled, or read as another type? Divide it by \(scientific(size))
      """
    case .outlier(let value, let row, let dimension, let layer):
      """
      the value \(scientific(value)) in dimension \(dimension) of row \(row) at layer \(layer): products of it are beyond single precision, and no model has \
      such an activation; dump that row again, or leave it out
      """
    case .tooManyForDual(let rows, let dimensions):
      "--solver dual holds all rows, and \(rows) rows of \(dimensions) dimensions are more than dimensions; leave --solver out"
    }
  }
}
