internal import Dumps
internal import Files
internal import LinearAlgebra

/// Some layer rows of a group of responses, few enough for what is read of them to stay in a processor's cache until it is
/// summed and digested.
struct LayerTile {
  /// Bytes of a group. Half the second-level cache of a processor of these years, which the sums need as well.
  private static let groupBytes = 1 << 19

  let rows: Range<Int>
  private var moments: ColumnMoments
  private var imitation: BFloat16Mean?
  private let digests: RowDigests

  /// Divides `rows` of the responses of `file`, `count` of which will come.
  ///
  /// - Parameter isDivided: whether a part of a response costs no more than its share of the whole. Deflated ones are inflated
  ///   from their start for each part; their rows are one tile.
  static func tiles(
    _ rows: Range<Int>, of file: ResponseFile, count: Int, imitatesBFloat16: Bool, isDivided: Bool
  ) -> [LayerTile] {
    let bytes = ColumnMoments.group * file.hiddenSize * SliceReader.encoding(of: file).byteCount
    let most = isDivided ? max(1, groupBytes / bytes) : rows.count
    return stride(from: rows.lowerBound, to: rows.upperBound, by: most).map {
      LayerTile($0..<min($0 + most, rows.upperBound), file, count, imitatesBFloat16)
    }
  }

  private init(_ rows: Range<Int>, _ file: ResponseFile, _ count: Int, _ imitatesBFloat16: Bool) {
    self.rows = rows
    let reader = SliceReader(file, rows)
    moments = ColumnMoments(parts: rows.count, width: file.hiddenSize, encoding: reader.encoding)
    imitation = imitatesBFloat16 ? BFloat16Mean(count: count, columns: rows.count * file.hiddenSize) : nil
    digests = RowDigests(rows: rows.count, rowBytes: reader.rowBytes)
  }

  /// Adds a group of `responses` responses, of which the tile's rows are `bytes`.
  mutating func add(_ bytes: [UInt8], responses: Int) {
    digests.add(bytes, responses: responses)
    moments.add(bytes, rows: responses)
    imitation?.add(bytes, rows: responses)
  }

  /// The means, their sums of squares and the digests of what was read, row by row.
  mutating func finish() -> RoleJob.Mean {
    RoleJob.Mean(
      vector: imitation?.means() ?? moments.means, sumsOfSquares: moments.sumsOfSquares, digests: digests.texts)
  }
}
