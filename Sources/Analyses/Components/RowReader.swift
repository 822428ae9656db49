internal import Dumps
internal import Files
internal import LinearAlgebra
internal import Statistics
internal import TensorFiles

/// Reads rows of one layer, without those that are of no use.
struct RowReader: Sendable {
  let source: RowSource
  /// The row of the layer in the files, and the layer's number.
  let layerRow, layer: Int
  /// Whether rows of values that are not finite, or of nothing but zeros, are left out instead of being an error.
  let skips: Bool

  /// The rows `rows` about `shift`.
  ///
  /// - Throws: `FileError` if they cannot be read, or one is not to be left out.
  func chunk(_ rows: Range<Int>, shift: [Double]) throws -> RowChunk {
    var bytes: [UInt8] = []
    return try chunk(rows, shift: shift, reusing: &bytes)
  }

  /// The same, with memory of an earlier chunk.
  func chunk(_ rows: Range<Int>, shift: [Double], reusing bytes: inout [UInt8]) throws -> RowChunk {
    try marked(rows, shift: shift, reusing: &bytes).chunk
  }

  /// The same, and the places among `rows` of those that are left.
  func marked(
    _ rows: Range<Int>, shift: [Double], reusing memory: inout [UInt8]
  ) throws -> (chunk: RowChunk, kept: [Int]) {
    var bytes: [UInt8] = []
    swap(&bytes, &memory)
    try source.read(rows, layer: layerRow, into: &bytes)
    let rowBytes = source.rowBytes
    if source.encoding.firstZeroRow(of: bytes, rows: rows.count, rowBytes) == nil {
      var whole = RowChunk(bytes, rows: rows.count, encoding: source.encoding, shift: shift)
      if whole.sums.squares.isFinite {
        // One holder of the bytes: what is read to them next needs no copy.
        bytes = []
        return (whole, Array(0..<rows.count))
      }
      _ = whole.takeBytes()
    }
    var (left, kept) = ([UInt8](), [Int]())
    left.reserveCapacity(rows.count * rowBytes)
    for place in 0..<rows.count {
      let own = Array(bytes[place * rowBytes..<(place + 1) * rowBytes])
      if let found = unusable(own) {
        if !skips { throw error(found, row: rows.lowerBound + place) }
      } else {
        left += own
        kept.append(place)
      }
    }
    let chunk = RowChunk(
      left, rows: kept.count, encoding: source.encoding, shift: shift, skipped: rows.count - kept.count)
    return (chunk, kept)
  }

  /// What is wrong with the row in `bytes`.
  private func unusable(_ bytes: [UInt8]) -> NonFiniteElement? {
    let zero = [Double](repeating: 0, count: source.hiddenSize)
    return RowChunk(bytes, rows: 1, encoding: source.encoding, shift: zero).doubles(0..<1)
      .firstUnusable(columns: source.hiddenSize)
  }

  private func error(_ found: NonFiniteElement, row: Int) -> FileError {
    let place = source.place(of: row)
    return FileError(
      path: place.path,
      fault: NonFiniteFault.row(place.row, layer: layer, dimension: found.column, value: found.value))
  }
}

/// Some rows from all over a matrix, from which its mean and its leading directions are guessed before it is read.
///
/// The guess of the mean is the shift that sums are taken about: the nearer, the fewer digits cancel. That of the directions is where
/// the randomised way starts.
struct LayerPilot: Sendable {
  private static let runs = 32
  private static let runLength = 16

  /// The mean of the rows looked at; zeros if none is of use.
  let shift: [Double]
  /// The rows looked at, less their mean.
  private let centred: Matrix
  /// The digest of their elements, as they were read.
  let digest: String

  /// Of the rows that `reader` reads.
  ///
  /// - Throws: `FileError` if they cannot be read.
  init(_ reader: RowReader) throws {
    let (count, d) = (reader.source.count, reader.source.hiddenSize)
    let lenient = RowReader(source: reader.source, layerRow: reader.layerRow, layer: reader.layer, skips: true)
    let zero = [Double](repeating: 0, count: d)
    let content = ContentDigest()
    var elements: [Double] = []
    for run in Self.places(count) {
      let chunk = try lenient.chunk(run, shift: zero)
      let own = chunk.doubles(0..<chunk.rows)
      content.update(ElementType.float64.encode(own[...])[...])
      elements += own
    }
    digest = content.text
    let rows = Matrix(rows: elements.count / d, columns: d, elements: elements)
    shift = rows.rows > 0 ? rows.columnMeans() : zero
    centred = rows.rows > 0 ? rows.subtractingFromRows(shift) : rows
  }

  /// Runs of rows, evenly over `count`; all if they are few.
  private static func places(_ count: Int) -> [Range<Int>] {
    if count <= runs * runLength { return [0..<count] }
    return (0..<runs).map { run in
      let start = run * (count - runLength) / (runs - 1)
      return start..<start + runLength
    }
  }

  /// `count` directions to start from: the leading ones of the rows looked at, and random ones, a quarter at least.
  func start(_ count: Int, seed: UInt64) throws -> Matrix {
    let d = shift.count
    var rows: [[Double]] = []
    let most = min(count - count / 4, max(centred.rows - 1, 0))
    if most > 0 {
      let system = try SymmetricEigensystem(leading: min(most, centred.rows), of: try centred.gramOfRows())
      let found = try system.vectors.firstRows(most).times(centred)
      rows = (0..<found.rows).filter { system.values[$0] > 0 }.map { Array(found.row($0)) }
    }
    var generator = SeededGenerator(seed: seed, purpose: .eigenvectorStart)
    // Of a like length, so that no direction is taken for rounding.
    let length = rows.first.map(euclideanNorm) ?? 1
    while rows.count < min(count, d) { rows.append(unit(generator.gaussians(d)).map { $0 * length }) }
    return Matrix(rows, columns: d)
  }
}
