internal import LinearAlgebra
internal import Synchronization

/// Sums of the tokens of a turn in some layers, and the memory that they are read into.
struct TurnSums: Sendable {
  /// Layer rows that follow one another in the file, and their sums.
  struct Tile: Sendable {
    let rows: Range<Int>
    /// The place of the first among the rows wanted.
    let first: Int
    var sums: ColumnSums
  }

  /// Bytes of a group of tokens that are read and summed together: they stay in the second-level cache, beside their sums.
  private static let tileBytes = 1 << 19

  private let rows: [Int]
  private let encoding: ColumnMoments.Encoding
  var tiles: [Tile] = []
  var buffer: [UInt8]
  var mean: [Double]

  /// Of the layer rows `rows`, ascending.
  init(rows: [Int], encoding: ColumnMoments.Encoding, hiddenSize: Int) {
    (self.rows, self.encoding) = (rows, encoding)
    let groupBytes = ColumnSums.group * hiddenSize * encoding.byteCount
    let most = max(1, Self.tileBytes / groupBytes)
    var start = 0
    for end in 1...rows.count {
      if end == rows.count || end - start == most || rows[end] != rows[end - 1] + 1 {
        let sums = ColumnSums(columns: (end - start) * hiddenSize, encoding: encoding)
        tiles.append(Tile(rows: rows[start]..<rows[end - 1] + 1, first: start, sums: sums))
        start = end
      }
    }
    buffer = [UInt8](repeating: 0, count: groupBytes * (tiles.map(\.rows.count).max() ?? 0))
    mean = [Double](repeating: 0, count: hiddenSize)
  }

  /// Sums that tasks hand on to one another: new memory costs more than the sums of a short turn.
  final class Pool: Sendable {
    private let free = Mutex<[TurnSums]>([])

    func with<Result>(
      rows: [Int], encoding: ColumnMoments.Encoding, hiddenSize: Int, _ body: (inout TurnSums) throws -> Result
    ) rethrows -> Result {
      let known = free.withLock { free in
        free.lastIndex { $0.rows == rows && $0.encoding == encoding && $0.mean.count == hiddenSize }.map {
          free.remove(at: $0)
        }
      }
      var sums = known ?? TurnSums(rows: rows, encoding: encoding, hiddenSize: hiddenSize)
      defer { free.withLock { $0.append(sums) } }
      return try body(&sums)
    }
  }
}
