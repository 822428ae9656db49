package import LinearAlgebra
package import PersonaSpace
internal import Statistics
package import TensorFiles

extension TurnReader {
  /// Bytes of the tokens of which one tile of layers after the other is read.
  private static let blockBytes = 1 << 24

  /// Where turns lie one after the other in a file, if they can be read as they are.
  private struct Run {
    let block: TensorFile.Block
    let encoding: ElementEncoding
    let type: ElementType
    /// The layer rows of a token.
    let rows: Int
    /// The first token of each turn, and the end of the last.
    let offsets: [Int]
  }

  private func run() throws -> Run? {
    let (entry, offsets): (TensorEntry, [Int])
    switch storage {
    case .turns(let turns): (entry, offsets) = (turns, Array(0...turns.shape[0]))
    case .tokens(let tokens, let own): (entry, offsets) = (tokens, own)
    case .files, .layers: return nil
    }
    guard let encoding = ElementEncoding(entry.elementType), let block = try file.block(of: entry) else {
      return nil
    }
    return Run(
      block: block, encoding: encoding, type: entry.elementType, rows: entry.shape.count == 3 ? entry.shape[1] : 1,
      offsets: offsets)
  }

  /// The bytes of turn `turn` on disk.
  package func byteCount(ofTurn turn: Int) -> Int {
    switch storage {
    case .turns(let entry): return entry.elementCount / max(1, entry.shape[0]) * entry.elementType.byteCount
    case .layers(let entries, _): return entries.count * space.hiddenSize * entries[0].elementType.byteCount
    case .files(let entries): return entries[turn].elementCount * entries[turn].elementType.byteCount
    case .tokens(let entry, let offsets):
      let token = entry.elementCount / max(1, entry.shape[0]) * entry.elementType.byteCount
      return (offsets[turn + 1] - offsets[turn]) * token
    }
  }

  /// Measures the turns `turns` in the layers `layers[index]` of the space, for each of `indices`, in one pass over the file:
  /// by turn, then by layer; nil for one that is left out.
  ///
  /// A turn's mean is that over its tokens, of sums about the first in double precision. The numbers do not depend on how turns
  /// are divided among calls, nor on what is wanted of tokens.
  ///
  /// - Parameters:
  ///   - use: what is wanted of each token beside the mean.
  ///   - directions: what tokens are read along in place of the axis, by the index of the layer.
  ///   - memory: the bytes that sums may take; those of one layer are had in any case.
  ///   - pool: where they come from.
  /// - Throws: `FileError` if a layer was not dumped, the file cannot be read, a value is not finite, or a token nothing but zeros; with
  ///   `skippingNonFinite` such a turn is nil instead.
  package func measured(
    _ turns: Range<Int>, inLayers indices: [Int], _ use: TokenUse, tokensAlong directions: [Int: AssistantAxis] = [:],
    skippingNonFinite: Bool, memory: Int, pool: TurnSums.Pool
  ) throws -> [[Turn?]] {
    let rows = try indices.map { try row(ofLayer: $0) }
    func slow(_ turn: Int, _ place: Int) throws -> Turn? {
      try self.turn(
        turn, inLayer: indices[place], row: rows[place], skippingNonFinite: skippingNonFinite,
        tokensAlong: directions[indices[place]])
    }
    guard let run = try run() else { return try turns.map { turn in try indices.indices.map { try slow(turn, $0) } } }
    let held = max(1, memory / (space.hiddenSize * ColumnSums.bytesPerColumn))
    var measured = [[Turn?]](repeating: [Turn?](repeating: nil, count: indices.count), count: turns.count)
    let order = rows.indices.sorted { rows[$0] < rows[$1] }
    for first in stride(from: 0, to: order.count, by: held) {
      let places = Array(order[first..<min(first + held, order.count)])
      try pool.with(rows: places.map { rows[$0] }, of: run.rows, encoding: run.encoding, hiddenSize: space.hiddenSize) {
        sums in
        let readouts = places.map { space.readout(ofLayer: indices[$0]) }
        let along = zip(places, readouts).map { place, own in
          directions[indices[place]].map { KeptTokens.Readout(axis: $0, factors: nil) } ?? own
        }
        var errors = use == .errors && hasTokens ? TokenErrors(readouts, encoding: run.encoding) : nil
        var kept = use == .places ? KeptTokens(along, encoding: run.encoding) : nil
        for turn in turns {
          let tokens = run.offsets[turn]..<run.offsets[turn + 1]
          kept?.begin(tokens: tokens.count)
          errors?.begin(tokens: tokens.count)
          try add(tokens, of: run, to: &sums, keeping: &kept, measuring: &errors)
          let means = try readings(places.map { indices[$0] }, &sums)
          for (index, place) in places.enumerated() {
            let own = means[index].map {
              Turn(
                reading: $0, tokenCount: tokenCount(ofTurn: turn), tokens: kept?.tokens(ofLayer: index),
                readingError: errors?.error(ofLayer: index))
            }
            // A turn with zeros is read anew, vector by vector, for where they are.
            let isSlow = own == nil || sums.hasZeros
            measured[turn - turns.lowerBound][place] = try isSlow ? slow(turn, place).map { own ?? $0 } : own
          }
        }
      }
    }
    try file.checkUnchanged()
    return measured
  }

  /// The reading of the mean that `sums` hold of each of the layers `indices`, in the order of the file; nil for one that is
  /// not finite.
  private func readings(_ indices: [Int], _ sums: inout TurnSums) throws -> [AxisReading?] {
    var readings: [AxisReading?] = []
    for tile in sums.tiles.indices {
      for layer in 0..<sums.tiles[tile].slice.rows.count {
        let columns = layer * space.hiddenSize..<(layer + 1) * space.hiddenSize
        sums.tiles[tile].sums.means(of: columns, into: &sums.mean)
        readings.append(reading(of: sums.mean, inLayer: indices[readings.count]))
      }
    }
    return readings
  }

  /// The reading of a turn's mean; nil if it is not finite, as then a value of the turn is not, or a sum has left the range of
  /// doubles.
  private func reading(of mean: [Double], inLayer index: Int) -> AxisReading? {
    guard let factors = space.factors?[index] else {
      let reading = space.axes[index].reading(of: mean[...])
      return reading.projection.isFinite ? reading : nil
    }
    return mean.allSatisfy(\.isFinite) ? space.axes[index].reading(of: mean.scaled(by: factors)[...]) : nil
  }

  /// Sums the tokens `tokens` of `run`, in the order of the file but for blocks of some megabytes, of which one tile of layers
  /// comes after the other.
  private func add(
    _ tokens: Range<Int>, of run: Run, to sums: inout TurnSums, keeping kept: inout KeptTokens?,
    measuring errors: inout TokenErrors?
  ) throws {
    let rowBytes = space.hiddenSize * run.encoding.byteCount
    let (tokenBytes, group) = (run.rows * rowBytes, sums.tokens)
    let step = max(1, Self.blockBytes / (group * tokenBytes)) * group
    for index in sums.tiles.indices { sums.tiles[index].sums.reset() }
    sums.hasZeros = false
    for start in stride(from: tokens.lowerBound, to: tokens.upperBound, by: step) {
      let end = min(start + step, tokens.upperBound)
      // What comes next: from tile after tile the system cannot guess it.
      let next = end..<min(end + step, tokens.upperBound)
      if !sums.isSequential, !next.isEmpty {
        file.prefetch(run.block, next.lowerBound * tokenBytes..<next.upperBound * tokenBytes)
      }
      for index in sums.tiles.indices {
        let rows = sums.tiles[index].slice.rows
        let count = rows.count * rowBytes
        for first in stride(from: start, to: end, by: group) {
          let some = min(group, end - first)
          if rows.count == run.rows {
            // Whole tokens lie together.
            try file.read(run.block, first * tokenBytes..<(first + some) * tokenBytes, into: &sums.buffer, at: 0)
          } else {
            for token in 0..<some {
              let place = (first + token) * tokenBytes + rows.lowerBound * rowBytes
              try file.read(run.block, place..<place + count, into: &sums.buffer, at: token * count)
            }
          }
          let zero = run.encoding.firstZeroRow(of: sums.buffer, rows: some * rows.count, rowBytes)
          sums.hasZeros = sums.hasZeros || zero != nil
          let places = sums.tiles[index].slice.places
          if kept != nil {
            kept?.add(run.type, sums.buffer, tokens: some, layers: places, to: &sums.tiles[index].sums)
          } else if errors != nil {
            errors?.add(sums.buffer, tokens: some, layers: places, to: &sums.tiles[index].sums)
          } else {
            sums.tiles[index].sums.add(sums.buffer, rows: some)
          }
        }
      }
    }
  }
}

extension ElementEncoding {
  /// That of `type`; nil for one that is not summed as it is.
  package init?(_ type: ElementType) {
    switch type {
    case .bfloat16: self = .bfloat16
    case .float16: self = .float16
    case .float32: self = .float32
    case .float64: self = .float64
    default: return nil
    }
  }
}
