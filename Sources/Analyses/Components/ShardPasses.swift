internal import Dumps
internal import LinearAlgebra
internal import Synchronization

/// What is summed over the rows of a layer in one pass.
struct ShardPass: Sendable {
  enum Sums: Sendable {
    /// The covariance matrix.
    case covariance
    /// What it makes of some vectors, one a row; in single or double precision.
    case subspace(Matrix, single: Bool)
  }

  let sums: Sums
  let reader: RowReader
  let plan: ShardPlan
  let shift: [Double]
  let threads: Int
  /// Takes the rows that are done with.
  let progress: @Sendable (Int) -> Void

  /// The lengths of the lists of products.
  var lengths: [Int] {
    switch sums {
    case .covariance: CovarianceTiles.lengths(columns: shift.count)
    case .subspace(let vectors, _): [vectors.rows * vectors.columns]
    }
  }

  /// Chunks whose sums are held before they are added up in their order.
  private static let together = 16

  /// Sums over `shards`, one after the other, and gives each to `take`.
  ///
  /// - Throws: `FileError` if rows cannot be read, and what `take` throws.
  func run(_ shards: [Int], take: (Int, ShardSums) throws -> Void) async throws {
    switch sums {
    case .covariance: try await covariance(shards, take)
    case .subspace(let vectors, let single): try await subspace(shards, vectors, single, take)
    }
  }

  private func subspace(
    _ shards: [Int], _ vectors: Matrix, _ single: Bool, _ take: (Int, ShardSums) throws -> Void
  ) async throws {
    let products = SubspaceProducts(with: vectors, single: single)
    for shard in shards {
      var total = ShardSums.zero(columns: shift.count, products: [vectors.rows * vectors.columns])
      let chunks = ShardPlan.chunks(of: plan.rows(of: shard))
      for start in stride(from: 0, to: chunks.count, by: Self.together) {
        let some = Array(chunks[start..<min(start + Self.together, chunks.count)])
        let found = try await concurrentMap(some, threads: threads) { rows in try sums(over: rows, products) }
        for sums in found { total.add(sums) }
        progress(some.reduce(0) { $0 + $1.count })
      }
      try take(shard, total)
    }
  }

  /// A few rows at a time, which stay in a processor's cache from the reading on.
  private func sums(over rows: Range<Int>, _ products: SubspaceProducts) throws -> ShardSums {
    var (partial, bytes) = (products.empty, [UInt8]())
    for few in ShardPlan.chunks(of: rows, size: SubspaceProducts.together) {
      var chunk = try reader.chunk(few, shift: shift, reusing: &bytes)
      try checkRange(few) { try products.add(chunk, to: &partial) }
      bytes = chunk.takeBytes()
    }
    return partial.take()
  }

  /// Calls `body`, which may find that a value of `rows` is beyond the range of single precision.
  private func checkRange(_ rows: Range<Int>, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch StreamingError.beyondSinglePrecision {
      throw ComponentsFault.beyondSinglePrecision(at: reader.source.place(of: rows.lowerBound), layer: reader.layer)
    }
  }

  /// Rows that are made ready by one task: products of fewer would pack each tile's panels more often.
  private static let ready = 4 * ShardPlan.chunk

  private struct ReadyChunk: Sendable {
    var sums: ShardSums
    var panels: CovarianceTiles.Panels
  }

  private enum Step: Sendable {
    case read(Range<Int>)
    case multiply(tile: Int)
  }

  /// While the products over a block are taken the next one is read.
  private func covariance(_ shards: [Int], _ take: (Int, ShardSums) throws -> Void) async throws {
    let blocks = shards.flatMap { shard in plan.blocks(of: shard).map { (shard: shard, rows: $0) } }
    guard let first = blocks.first else { return }
    let spare = SparePanels()
    var ready = try await concurrentMap(ShardPlan.chunks(of: first.rows, size: Self.ready), threads: threads) {
      try read($0, spare)
    }
    var tiles = CovarianceTiles(columns: shift.count)
    var total = ShardSums.zero(columns: shift.count, products: [])
    for (index, block) in blocks.enumerated() {
      let next = index + 1 < blocks.count ? ShardPlan.chunks(of: blocks[index + 1].rows, size: Self.ready) : []
      let read = try await multiply(ready.map(\.panels), tiles, reading: next, spare)
      for chunk in ready { total.add(chunk.sums) }
      spare.put(ready.map(\.panels))
      ready = read
      progress(block.rows.count)
      if index + 1 == blocks.count || blocks[index + 1].shard != block.shard {
        total.take(products: tiles.take())
        try take(block.shard, total)
        total = ShardSums.zero(columns: shift.count, products: [])
        if index + 1 < blocks.count { tiles = CovarianceTiles(columns: shift.count) }
      }
    }
  }

  /// Adds the products of `block` to `tiles`, and makes the rows `next` ready.
  private func multiply(
    _ block: [CovarianceTiles.Panels], _ tiles: CovarianceTiles, reading next: [Range<Int>], _ spare: SparePanels
  ) async throws -> [ReadyChunk] {
    try await concurrentMap(Self.steps(next, tiles: tiles.count), threads: threads) { step -> ReadyChunk? in
      switch step {
      case .read(let rows): return try read(rows, spare)
      case .multiply(let tile):
        try tiles.add(block, tile: tile)
        return nil
      }
    }.compactMap(\.self)
  }

  private func read(_ rows: Range<Int>, _ spare: SparePanels) throws -> ReadyChunk {
    var bytes: [UInt8] = []
    var ready = ReadyChunk(
      sums: .zero(columns: shift.count, products: []),
      panels: spare.take(capacity: rows.count, columns: shift.count))
    for few in ShardPlan.chunks(of: rows, size: SubspaceProducts.together) {
      var chunk = try reader.chunk(few, shift: shift, reusing: &bytes)
      ready.sums.add(chunk.sums)
      try checkRange(few) { try ready.panels.append(chunk) }
      bytes = chunk.takeBytes()
    }
    return ready
  }

  /// The products of all tiles, with the reading of `chunks` spread among them: a disk and a processor work side by side.
  private static func steps(_ chunks: [Range<Int>], tiles: Int) -> [Step] {
    var (steps, next) = ([Step](), 0)
    for tile in 0..<tiles {
      while next < chunks.count, next * tiles <= tile * chunks.count {
        steps.append(.read(chunks[next]))
        next += 1
      }
      steps.append(.multiply(tile: tile))
    }
    return steps + chunks[next...].map { .read($0) }
  }
}

/// Panels that are done with, for other rows to be written to.
private final class SparePanels: Sendable {
  private let panels = Mutex<[CovarianceTiles.Panels]>([])

  /// Some for up to `capacity` rows of `columns` dimensions.
  func take(capacity: Int, columns: Int) -> CovarianceTiles.Panels {
    guard var used = panels.withLock({ $0.popLast() }) else { return .init(capacity: capacity, columns: columns) }
    used.reset(capacity: capacity)
    return used
  }

  func put(_ used: [CovarianceTiles.Panels]) { panels.withLock { $0 += used } }
}
