package import LinearAlgebra
internal import Statistics
internal import Synchronization

/// Sums of the tokens of a turn in some layers, and the memory that they are read into.
package struct TurnSums: Sendable {
  /// Layer rows that follow one another in the file, and their sums.
  package struct Tile: Sendable {
    package let slice: LayerSlice
    package var sums: ColumnSums
  }

  /// Bytes of a group of whole tokens that are read at once: large reads cost the system least, and what is read stays in the
  /// third-level cache until it is summed.
  private static let wholeBytes = 1 << 22
  /// Bytes of a part of some groups, where some layers are wanted or a group is larger than that.
  private static let tileBytes = 1 << 21
  /// The groups of tokens of a part: sums of many layers come from memory for each part anew, and are twice as large as a group.
  private static let tileGroups = 2

  private let rows: [Int]
  private let all: Int
  private let encoding: ElementEncoding
  package var tiles: [Tile]
  /// Whether whole tokens are read, one after the other.
  package var isSequential: Bool { tiles.count == 1 && tiles[0].slice.rows.count == all }
  /// The tokens that are read together, a multiple of a group of sums.
  package let tokens: Int
  package var buffer: [UInt8]
  package var mean: [Double]
  /// Whether a token in a layer is nothing but zeros, since that was reset.
  package var hasZeros = false

  /// Of the layer rows `rows`, ascending, of `all` in the file.
  package init(rows: [Int], of all: Int, encoding: ElementEncoding, hiddenSize: Int) {
    (self.rows, self.all, self.encoding) = (rows, all, encoding)
    let groupBytes = ColumnSums.group * hiddenSize * encoding.byteCount
    let isWhole = rows.count == all && all * groupBytes <= Self.wholeBytes
    let most = isWhole ? all : max(1, Self.tileBytes / (Self.tileGroups * groupBytes))
    tiles = LayerSlice.divided(rows, most: most).map { slice in
      Tile(slice: slice, sums: ColumnSums(columns: slice.rows.count * hiddenSize, encoding: encoding))
    }
    let tileBytes = groupBytes * (tiles.map(\.slice.rows.count).max() ?? 1)
    let groups = max(1, (isWhole ? Self.wholeBytes : Self.tileBytes) / tileBytes)
    tokens = groups * ColumnSums.group
    buffer = [UInt8](repeating: 0, count: groups * tileBytes)
    mean = [Double](repeating: 0, count: hiddenSize)
  }

  /// Sums that tasks hand on to one another: new memory costs more than the sums of a short turn.
  package final class Pool: Sendable {
    private let free = Mutex<[TurnSums]>([])

    package init() {}

    package func with<Result>(
      rows: [Int], of all: Int, encoding: ElementEncoding, hiddenSize: Int,
      _ body: (inout TurnSums) throws -> Result
    ) rethrows -> Result {
      let known = free.withLock { free in
        free.lastIndex {
          $0.rows == rows && $0.all == all && $0.encoding == encoding && $0.mean.count == hiddenSize
        }.map { free.remove(at: $0) }
      }
      var sums = known ?? TurnSums(rows: rows, of: all, encoding: encoding, hiddenSize: hiddenSize)
      defer { free.withLock { $0.append(sums) } }
      return try body(&sums)
    }
  }
}
