internal import Dumps
internal import Files
internal import LinearAlgebra
internal import Statistics
internal import Synchronization
internal import TensorFiles

/// The averaging of one role's responses, of which tasks do a slice of layers each.
final class RoleJob: Sendable {
  /// What all roles have in common.
  struct Conditions: Sendable {
    let options: VectorsOptions
    /// The layer rows of the files, and the numbers of their layers.
    let rows, layers: [Int]
    let hiddenSize: Int
    /// The shape that all files must have, and one that has it.
    let shape: [Int]
    let reference: String
    /// The questions that may be kept; nil for all.
    let questions: Set<Int>?
    let isScored: Bool
    let minimum: Int
    let slices: [LayerSlice]
    /// Takes what there is to say of the labels of keys.
    let labels: FileNotes
    /// Takes bytes of a file that are done with, and the role.
    let progress: @Sendable (Int, String) -> Void
  }

  /// The mean of a role, and its sum of squares, layer by layer.
  struct Mean: Sendable {
    /// Shape (layers, d).
    var vector: [Double]
    /// Σ |h − mean|² over the responses; shape (layers).
    var sumsOfSquares: [Double]
    var digests: [String]
    /// Whether a row of a response is nothing but zeros.
    var hasZeros = false
  }

  struct Outcome: Sendable {
    let counts: ResponseCounts
    /// Nil if too few responses were left.
    let mean: Mean?
    let digest: String
  }

  let source: ResponseSources.Source
  private let isAssistant: Bool
  private let setting: Conditions

  private struct State {
    var opened: Result<Opened, any Error>?
    var mean: Mean
    var left: Int
    /// Whether every slice is done, and the file no longer of use.
    var isDone = false
  }

  private struct Opened {
    let file: ResponseFile
    var kept: [ResponseFile.Response]
    var counts: ResponseCounts
    let isUsed: Bool
  }

  private let state: Mutex<State>

  /// The bytes that the system is asked to read ahead of each task.
  private static let aheadBytes = 16 << 20

  init(_ source: ResponseSources.Source, isAssistant: Bool, setting: Conditions) {
    (self.source, self.isAssistant, self.setting) = (source, isAssistant, setting)
    state = Mutex(
      State(opened: nil, mean: Mean(vector: [], sumsOfSquares: [], digests: []), left: setting.slices.count))
  }

  /// Opens the file and sorts its responses, once, unless the role is done; whoever comes meanwhile waits.
  func prepare() throws { if !state.withLock(\.isDone) { _ = try opened() } }

  private func opened() throws -> Opened {
    try state.withLock { state in
      if let opened = state.opened { return opened }
      let opened = Result { try open() }
      state.opened = opened
      if case .success(let opened) = opened, opened.isUsed { state.mean = emptyMean }
      return opened
    }.get()
  }

  private var emptyMean: Mean {
    let count = setting.rows.count
    return Mean(
      vector: [Double](repeating: 0, count: count * setting.hiddenSize),
      sumsOfSquares: [Double](repeating: 0, count: count), digests: [String](repeating: "", count: count))
  }

  private func open() throws -> Opened {
    let file = try ResponseFile(source, slot: setting.options.slot)
    if let note = file.labelNote { setting.labels.add(note, of: source.path) }
    guard [file.rows, file.hiddenSize] == setting.shape else {
      throw FileError(
        path: source.path,
        fault: DumpFault.shapesDiffer(
          shape: [file.rows, file.hiddenSize], other: setting.shape, reference: setting.reference))
    }
    if setting.options.imitatesBFloat16, file.elementType != .bfloat16 {
      throw FileError(
        path: source.path, fault: VectorsFault.notBFloat16(file.elementType?.rawValue ?? "of several types"))
    }
    var (kept, counts) = try Self.sorted(file, source, isAssistant: isAssistant, setting.options, setting.isScored)
    if let questions = setting.questions {
      let matching = kept.filter { ResponseKey($0.key).map { questions.contains($0.question) } ?? false }
      counts.unmatched = kept.count - matching.count
      kept = matching
    }
    counts.kept = kept.count
    let isUsed = kept.count >= (isAssistant ? 1 : setting.minimum)
    return Opened(file: file, kept: isUsed ? try file.placed(kept) : [], counts: counts, isUsed: isUsed)
  }

  /// The responses of `file` that the filter keeps.
  static func sorted(
    _ file: ResponseFile, _ source: ResponseSources.Source, isAssistant: Bool, _ options: VectorsOptions,
    _ isScored: Bool
  ) throws -> (kept: [ResponseFile.Response], counts: ResponseCounts) {
    var counts = ResponseCounts()
    (counts.responses, counts.strays) = (file.responses.count, file.strays.count)
    var responses = file.responses
    if let half = options.filter.half {
      responses = responses.filter { ResponseKey($0.key).map(half.contains) ?? false }
    }
    guard isScored, !isAssistant, let wanted = options.filter.scores else { return (responses, counts) }
    guard let scores = source.scores else {
      counts.unscored = responses.count
      return ([], counts)
    }
    let table = try ScoreTable(at: scores.path)
    let kept = responses.filter { response in
      switch table.outcome(of: response.key, keeping: wanted) {
      case .kept: return true
      case .rejected: counts.rejected += 1
      case .unscored: counts.unscored += 1
      }
      return false
    }
    return (kept, counts)
  }

  /// Sums the slice; what the last of the role's slices gives is the outcome.
  func run(_ slice: LayerSlice) throws -> Outcome? {
    let opened = try opened()
    guard opened.isUsed else {
      let isLast = state.withLock { state in
        state.left -= 1
        if state.left == 0 { (state.opened, state.isDone) = (nil, true) }
        return state.left == 0
      }
      if isLast { setting.progress(source.state.size, source.role) }
      return isLast ? Outcome(counts: opened.counts, mean: nil, digest: "") : nil
    }
    let sums = try summed(slice, opened, reports: true)
    let mean: Mean? = state.withLock { state in
      put(sums, of: slice, into: &state.mean)
      state.left -= 1
      guard state.left == 0 else { return nil }
      // Nothing of it stays in memory.
      (state.opened, state.isDone) = (nil, true)
      defer { state.mean = Mean(vector: [], sumsOfSquares: [], digests: []) }
      return state.mean
    }
    return try mean.map { try finished($0, opened) }
  }

  private func put(_ sums: Mean, of slice: LayerSlice, into mean: inout Mean) {
    let d = setting.hiddenSize
    mean.vector.replaceSubrange(slice.first * d..<slice.first * d + sums.vector.count, with: sums.vector)
    let rows = slice.first..<slice.first + slice.rows.count
    mean.sumsOfSquares.replaceSubrange(rows, with: sums.sumsOfSquares)
    mean.digests.replaceSubrange(rows, with: sums.digests)
    mean.hasZeros = mean.hasZeros || sums.hasZeros
  }

  /// The mean of the responses in the layers of `slice`, and their sums of squares.
  private func summed(_ slice: LayerSlice, _ opened: Opened, reports: Bool) throws -> Mean {
    let kept = opened.kept
    var tiles = LayerTile.tiles(
      slice.rows, of: opened.file, count: kept.count, imitatesBFloat16: setting.options.imitatesBFloat16,
      isDivided: kept.allSatisfy { $0.block != nil })
    // What of the file is not read counts as read when what is beside it is.
    let share = slice.share(of: source.state.size, rows: setting.rows.count, responses: kept.count)
    // Two tasks that read parts of the same responses look like jumps to the system, whose own reading ahead then ends.
    let reader = SliceReader(opened.file, slice.rows)
    let window = max(ColumnMoments.group, Self.aheadBytes / max(reader.byteCount, 1))
    var hasZeros = false
    try reader.forEachGroup(of: kept, tiles: tiles.map(\.rows), ahead: window) { tile, group, bytes in
      hasZeros =
        hasZeros
        || reader.encoding.firstZeroRow(of: bytes, rows: group.count * tiles[tile].rows.count, reader.rowBytes) != nil
      tiles[tile].add(bytes, responses: group.count)
      if reports, tile == tiles.count - 1 { setting.progress(group.count * share, source.role) }
    }
    return tiles.indices.reduce(into: Mean(vector: [], sumsOfSquares: [], digests: [], hasZeros: hasZeros)) {
      mean, index in
      let own = tiles[index].finish()
      mean.vector += own.vector
      mean.sumsOfSquares += own.sumsOfSquares
      mean.digests += own.digests
    }
  }

  private func finished(_ mean: Mean, _ opened: Opened) throws -> Outcome {
    var (mean, opened) = (mean, opened)
    let overflow = mean.sumsOfSquares.firstIndex { !$0.isFinite }
    if overflow != nil || mean.hasZeros {
      let broken = try nonFinite(opened)
      guard let first = broken.first else {
        throw FileError(path: source.path, fault: ResponseFault.overflow(layer: setting.layers[overflow ?? 0]))
      }
      guard setting.options.skipsNonFinite else {
        throw FileError(
          path: source.path, place: first.key,
          fault: NonFiniteFault.responses(
            broken.count, layer: first.layer, dimension: first.found.column, value: first.found.value))
      }
      let names = Set(broken.map(\.key))
      opened.kept.removeAll { names.contains($0.key) }
      (opened.counts.nonFinite, opened.counts.kept) = (broken.count, opened.kept.count)
      guard opened.kept.count >= (isAssistant ? 1 : setting.minimum) else {
        return Outcome(counts: opened.counts, mean: nil, digest: "")
      }
      for slice in setting.slices { put(try summed(slice, opened, reports: false), of: slice, into: &mean) }
      if let layer = mean.sumsOfSquares.firstIndex(where: { !$0.isFinite }) {
        throw FileError(path: source.path, fault: ResponseFault.overflow(layer: setting.layers[layer]))
      }
    }
    try opened.file.file.checkUnchanged()
    let digest = ContentDigest()
    digest.update(opened.kept.map(\.key).joined(separator: "\n"))
    let type = opened.file.elementType?.rawValue ?? "mixed"
    digest.update("\n\(type) \(setting.rows) \(setting.hiddenSize)\n" + mean.digests.joined(separator: "\n"))
    return Outcome(counts: opened.counts, mean: mean, digest: digest.text)
  }

  private struct NonFinite {
    let key: String
    let layer: Int
    let found: NonFiniteElement
  }

  /// The first value that is not finite, or row of zeros, of each response that has one.
  private func nonFinite(_ opened: Opened) throws -> [NonFinite] {
    try opened.kept.compactMap { response in
      for slice in setting.slices {
        let values = try opened.file.values(response, slice.rows)
        guard let found = values.firstUnusable(columns: setting.hiddenSize) else { continue }
        return NonFinite(key: response.key, layer: setting.layers[slice.first + found.row], found: found)
      }
      return nil
    }
  }
}
