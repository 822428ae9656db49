internal import LinearAlgebra
internal import PersonaSpace
internal import TensorFiles

extension TurnReader {
  /// Bytes of a group of tokens that are read and summed together: they stay in the second-level cache, beside their sums.
  private static let tileBytes = 1 << 19
  /// Bytes of the tokens of which one tile of layers after the other is read.
  private static let blockBytes = 1 << 24

  /// Where turns lie one after the other in a file, if they can be read as they are.
  private struct Run {
    let block: TensorFile.Block
    let encoding: ColumnMoments.Encoding
    /// The layer rows of a token.
    let rows: Int
    /// The first token of each turn, and the end of the last.
    let offsets: [Int]
  }

  private func run() throws -> Run? {
    let (entry, offsets): (TensorEntry, [Int])
    switch layout {
    case .turns(let turns): (entry, offsets) = (turns, Array(0...turns.shape[0]))
    case .tokens(let tokens, let own): (entry, offsets) = (tokens, own)
    case .files: return nil
    }
    guard let encoding = ColumnMoments.Encoding(entry.elementType), let block = try file.block(of: entry) else {
      return nil
    }
    return Run(block: block, encoding: encoding, rows: entry.shape.count == 3 ? entry.shape[1] : 1, offsets: offsets)
  }

  /// The bytes of turn `turn` on disk.
  func byteCount(ofTurn turn: Int) -> Int {
    switch layout {
    case .turns(let entry): return entry.elementCount / max(1, entry.shape[0]) * entry.elementType.byteCount
    case .files(let entries): return entries[turn].elementCount * entries[turn].elementType.byteCount
    case .tokens(let entry, let offsets):
      let token = entry.elementCount / max(1, entry.shape[0]) * entry.elementType.byteCount
      return (offsets[turn + 1] - offsets[turn]) * token
    }
  }

  /// Where the means of the turns `turns` lie along the axes of the layers `layers[index]` of the space, for each of `indices`:
  /// by turn, then by layer; nil for one that is left out.
  ///
  /// A turn's mean is that over its tokens, of sums about the first in double precision. The numbers do not depend on how turns
  /// are divided among calls.
  ///
  /// - Parameter memory: the bytes that sums may take; those of one layer are had in any case.
  /// - Throws: as `turns(inLayer:skippingNonFinite:)`.
  func readings(
    ofTurns turns: Range<Int>, inLayers indices: [Int], skippingNonFinite: Bool, memory: Int
  ) throws -> [[AxisReading?]] {
    let rows = try indices.map { try row(ofLayer: $0) }
    func slow(_ turn: Int, _ place: Int) throws -> AxisReading? {
      try self.turn(turn, inLayer: indices[place], row: rows[place], skippingNonFinite: skippingNonFinite)?.reading
    }
    guard let run = try run() else { return try turns.map { turn in try indices.indices.map { try slow(turn, $0) } } }
    let held = max(1, memory / (space.hiddenSize * ColumnSums.bytesPerColumn))
    let most = max(1, Self.tileBytes / (ColumnSums.group * space.hiddenSize * run.encoding.byteCount))
    var readings = [[AxisReading?]](repeating: [AxisReading?](repeating: nil, count: indices.count), count: turns.count)
    let order = rows.indices.sorted { rows[$0] < rows[$1] }
    var (buffer, mean) = ([UInt8](), [Double](repeating: 0, count: space.hiddenSize))
    for first in stride(from: 0, to: order.count, by: held) {
      let places = Array(order[first..<min(first + held, order.count)])
      var tiles = Tile.tiles(places.map { rows[$0] }, atMost: most, run.encoding, space.hiddenSize)
      for turn in turns {
        try add(run.offsets[turn]..<run.offsets[turn + 1], of: run, to: &tiles, &buffer)
        for tile in tiles {
          for layer in 0..<tile.rows.count {
            tile.sums.means(of: layer * space.hiddenSize..<(layer + 1) * space.hiddenSize, into: &mean)
            let place = places[tile.first + layer]
            let reading = reading(of: mean, inLayer: indices[place])
            readings[turn - turns.lowerBound][place] = try reading ?? slow(turn, place)
          }
        }
      }
    }
    try file.checkUnchanged()
    return readings
  }

  /// The reading of a turn's mean; nil if it is not finite, as then a value of the turn is not, or a sum has left the range of
  /// doubles.
  private func reading(of mean: [Double], inLayer index: Int) -> AxisReading? {
    var mean = mean
    if let factors = space.factors?[index] {
      guard mean.allSatisfy(\.isFinite) else { return nil }
      mean = mean.scaled(by: factors)
    }
    let reading = space.axes[index].reading(of: mean[...])
    return reading.projection.isFinite ? reading : nil
  }

  /// Sums the tokens `tokens` of `run` in the layers of `tiles`, in the order of the file but for blocks of some megabytes, of
  /// which one tile comes after the other.
  private func add(_ tokens: Range<Int>, of run: Run, to tiles: inout [Tile], _ buffer: inout [UInt8]) throws {
    let rowBytes = space.hiddenSize * run.encoding.byteCount
    let tokenBytes = run.rows * rowBytes
    let group = ColumnSums.group
    let step = max(1, Self.blockBytes / (group * tokenBytes)) * group
    for index in tiles.indices { tiles[index].sums.reset() }
    for start in stride(from: tokens.lowerBound, to: tokens.upperBound, by: step) {
      let end = min(start + step, tokens.upperBound)
      // What is behind it as well, which the system cannot guess from tile after tile.
      file.prefetch(run.block, start * tokenBytes..<min(end + step, tokens.upperBound) * tokenBytes)
      for index in tiles.indices {
        let (rows, count) = (tiles[index].rows, tiles[index].rows.count * rowBytes)
        if buffer.count < group * count { buffer = [UInt8](repeating: 0, count: group * count) }
        for first in stride(from: start, to: end, by: group) {
          let some = min(group, end - first)
          if rows.count == run.rows {
            // Whole tokens lie together.
            try file.read(run.block, first * tokenBytes..<(first + some) * tokenBytes, into: &buffer, at: 0)
          } else {
            for token in 0..<some {
              let place = (first + token) * tokenBytes + rows.lowerBound * rowBytes
              try file.read(run.block, place..<place + count, into: &buffer, at: token * count)
            }
          }
          tiles[index].sums.add(buffer, rows: some)
        }
      }
    }
  }

  /// Layer rows that follow one another in the file, and their sums.
  private struct Tile {
    let rows: Range<Int>
    /// The place of the first among the rows wanted.
    let first: Int
    var sums: ColumnSums

    static func tiles(
      _ rows: [Int], atMost most: Int, _ encoding: ColumnMoments.Encoding, _ hiddenSize: Int
    ) -> [Tile] {
      var (tiles, start) = ([Tile](), 0)
      for end in 1...rows.count {
        if end == rows.count || end - start == most || rows[end] != rows[end - 1] + 1 {
          let sums = ColumnSums(columns: (end - start) * hiddenSize, encoding: encoding)
          tiles.append(Tile(rows: rows[start]..<rows[end - 1] + 1, first: start, sums: sums))
          start = end
        }
      }
      return tiles
    }
  }
}

extension ColumnMoments.Encoding {
  /// That of `type`; nil for one that is not summed as it is.
  init?(_ type: ElementType) {
    switch type {
    case .bfloat16: self = .bfloat16
    case .float16: self = .float16
    case .float32: self = .float32
    case .float64: self = .float64
    default: return nil
    }
  }
}
