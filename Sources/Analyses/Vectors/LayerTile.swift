internal import Dumps
internal import Files
internal import LinearAlgebra

/// Some layer rows of a group of responses, few enough for what is read of them to stay in a processor's cache until it is
/// summed and digested.
struct LayerTile {
  /// Bytes of a group. Half the second-level cache of a processor of these years, which the sums need as well.
  private static let groupBytes = 1 << 19

  let rows: Range<Int>
  private let reader: SliceReader
  private var moments: ColumnMoments
  private var imitation: BFloat16Mean?
  private let digests: [ContentDigest]
  private let rowBytes: Int

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
    reader = SliceReader(file, rows)
    moments = ColumnMoments(parts: rows.count, width: file.hiddenSize, encoding: reader.encoding)
    imitation = imitatesBFloat16 ? BFloat16Mean(count: count, columns: rows.count * file.hiddenSize) : nil
    digests = rows.map { _ in ContentDigest() }
    rowBytes = file.hiddenSize * reader.encoding.byteCount
  }

  /// Adds the tile's rows of `responses`, a group of them, by way of `buffer`.
  mutating func add(_ responses: ArraySlice<ResponseFile.Response>, _ buffer: inout [UInt8]) throws {
    for (place, response) in responses.enumerated() {
      try reader.read(response, at: place, into: &buffer)
      for (row, digest) in digests.enumerated() {
        let start = (place * rows.count + row) * rowBytes
        digest.update(buffer[start..<start + rowBytes])
      }
    }
    moments.add(buffer, rows: responses.count)
    imitation?.add(buffer, rows: responses.count)
  }

  /// The means, their sums of squares and the digests of what was read, row by row.
  mutating func finish() -> RoleJob.Mean {
    RoleJob.Mean(
      vector: imitation?.means() ?? moments.means, sumsOfSquares: moments.sumsOfSquares, digests: digests.map(\.text))
  }
}
