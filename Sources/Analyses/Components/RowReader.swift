internal import Dumps
internal import Files
internal import LinearAlgebra
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

  /// What `body` gives; where its products are not finite, the error names the largest value of all rows, which made them so.
  func naming<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch LinearAlgebraError.notFinite(let row, let column) {
      guard let fault = try largest() else { throw LinearAlgebraError.notFinite(row: row, column: column) }
      throw fault
    }
  }

  /// An error that names the largest value; nil without rows.
  private func largest() throws -> FileError? {
    let zero = [Double](repeating: 0, count: source.hiddenSize)
    var found: (size: Double, value: Double, row: Int, dimension: Int)?
    for rows in ShardPlan.chunks(of: 0..<source.count, size: SubspaceProducts.together) {
      var memory: [UInt8] = []
      let (chunk, kept) = try marked(rows, shift: zero, reusing: &memory)
      for (place, value) in chunk.doubles(0..<chunk.rows).enumerated() where abs(value) > found?.size ?? -1 {
        found = (abs(value), value, rows.lowerBound + kept[place / source.hiddenSize], place % source.hiddenSize)
      }
    }
    return found.map {
      let place = source.place(of: $0.row)
      return FileError(
        path: place.path,
        fault: ComponentsFault.outlier($0.value, row: place.row, dimension: $0.dimension, layer: layer))
    }
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
