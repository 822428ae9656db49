public import Files

/// Why rows have no components, or parts of the work do not make a whole.
public enum ComponentsFault: FileFault, Equatable {
  /// There are too few rows, or dimensions.
  case tooFew(rows: Int, skipped: Int, dimensions: Int, wanted: Int, layer: Int)
  /// All rows are the same.
  case noVariance(rows: Int, layer: Int)
  /// A value is beyond the range of single precision.
  case beyondSinglePrecision(row: Int, layer: Int)
  /// The dual way would hold more rows than it should.
  case tooManyForDual(rows: Int, dimensions: Int)
  /// There are no parts.
  case noParts
  /// A file is no part.
  case notAPart
  /// What was written is not what is there.
  case damaged
  /// A part of other inputs or options than another's.
  case foreign(other: String, difference: String)
  /// The same part twice.
  case doubled(number: Int, count: Int, other: String)
  /// Parts that are not there.
  case missing([Int], count: Int)

  /// The kind of trouble.
  public var category: FaultCategory { self == .noParts ? .notFound : .data }

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
    case .tooManyForDual(let rows, let dimensions):
      "--solver dual holds all rows, and \(rows) rows of \(dimensions) dimensions are more than dimensions; leave --solver out"
    case .noParts:
      "no part-N-of-M.safetensors here or in a folder of it; persona components ROWS --part 1/8 -o PARTS/1 makes one"
    case .notAPart:
      "no part that `persona components --part` wrote; give the files of one run alone"
    case .damaged: "its content is not what was written: copy it again, or make the part again"
    case .foreign(let other, let difference):
      """
      it is of another run than \(other): \(difference). All parts must be of the same files and options; make this one \
      again, or copy files with their times (cp -p, rsync -t)
      """
    case .doubled(let number, let count, let other): "part \(number) of \(count) is also in \(other); give it once"
    case .missing(let numbers, let count):
      """
      \(numbers.count) of \(count) parts are not here: \(numbers.prefix(8).map(String.init).joined(separator: ", "))\
      \(numbers.count > 8 ? " and more" : ""); make them with --part \(numbers.first ?? 1)/\(count) and so on, and give all
      """
    }
  }
}
