internal import Files
internal import LinearAlgebra
package import PersonaSpace
internal import Statistics
package import TensorFiles

/// Reads a conversation's turns in one layer after another, and measures them along the axis.
package struct TurnReader {
  /// A turn as measured in one layer.
  package struct Turn {
    package let reading: AxisReading
    /// The number of tokens; nil where only the turn's mean was dumped.
    package let tokenCount: Int?
    /// Each token along the axis; the turn mean as one token where only that was dumped. Nil where tokens are not kept.
    package let tokens: TurnTokens?
    /// The standard error of the reading's position, from the turn's tokens; nil of few tokens, where only the turn's mean was
    /// dumped, and where it was not asked for.
    package let readingError: Double?
  }

  /// Where a conversation's turns lie.
  package enum Storage {
    /// A tensor (turns, layers, d), or (turns, d) of one layer.
    case turns(TensorEntry)
    /// A tensor (tokens, layers, d) or (tokens, d), and where each turn begins.
    case tokens(TensorEntry, offsets: [Int])
    /// A tensor (turns, d) a layer, with the layers.
    case layers([TensorEntry], numbers: [Int])
    /// One file a turn.
    case files([TensorEntry])
  }

  /// What is wanted of each token, beside the mean of a turn.
  package enum TokenUse: Sendable {
    case nothing
    /// Its place along the axis.
    case places
    /// What the reading error of the turn follows from, where there are tokens.
    case errors
  }

  /// The tokens read at a time, in elements.
  private static let chunkElements = 1 << 20

  package let source: TurnSource
  /// Who speaks in them.
  package let speaker: Speaker
  /// The number of turns.
  package let turnCount: Int
  /// What each is called in tables: its number among those of its speaker.
  package let turnNumbers: [Int]
  /// The layer of each row.
  package let rowLayers: [Int]
  package let file: TensorFile
  package let storage: Storage
  package let space: Space
  /// What a user should know of how the axes of its tensor are taken; nil where there is nothing to say.
  package internal(set) var note: String?
  /// The first file.
  package var path: String { file.path }

  /// Opens the files of `source` and checks them against `space` and the transcript.
  package init(_ source: TurnSource, space: Space, options: TurnOptions) throws {
    let file = try TensorFile(path: source.paths[0])
    let (storage, note) = try Self.storage(source, file, space, options)
    try self.init(source, .assistant, file, storage, turnNumbers: nil, space, options)
    self.note = note
    if let expected = source.expected, expected.turns != turnCount {
      throw FileError(
        path: path,
        fault: DumpFault.turnCount(
          rows: turnCount, transcript: expected.turns, transcriptPath: expected.path, speakers: expected.speakers))
    }
    guard turnCount > 0 else { throw FileError(path: path, fault: DumpFault.emptyConversation) }
  }

  package init(
    _ source: TurnSource, _ speaker: Speaker, _ file: TensorFile, _ storage: Storage, turnNumbers: [Int]?,
    _ space: Space, _ options: TurnOptions
  ) throws {
    (self.source, self.speaker, self.file, self.storage, self.space) = (source, speaker, file, storage, space)
    let path = file.path
    let shape: [Int]
    switch storage {
    case .turns(let entry):
      turnCount = entry.shape[0]
      shape = Array(entry.shape.dropFirst())
    case .tokens(let entry, let offsets):
      turnCount = offsets.count - 1
      shape = Array(entry.shape.dropFirst())
    case .layers(let entries, _):
      turnCount = entries[0].shape[0]
      shape = [entries.count, entries[0].shape[1]]
    case .files(let entries):
      turnCount = entries.count
      shape = entries[0].shape
      for (entry, path) in zip(entries, source.paths) where entry.shape != shape {
        throw FileError(
          path: path, fault: DumpFault.shapesDiffer(shape: entry.shape, other: shape, reference: source.paths[0]))
      }
    }
    guard shape.last == space.hiddenSize else {
      throw FileError(
        path: path, fault: DumpFault.hiddenSizeOfSpace(found: shape.last ?? 0, space: space.hiddenSize))
    }
    let rows = shape.count == 2 ? shape[0] : 1
    rowLayers = try located(path) {
      if case .layers(_, let numbers) = storage, options.rowLayers == nil { return numbers }
      return try Self.rowLayers(rows, of: source, space, options)
    }
    self.turnNumbers = turnNumbers ?? Array(0..<turnCount)
  }

  /// The row in the files of layer `layers[index]` of the space.
  ///
  /// - Throws: `FileError` if the layer was not dumped.
  package func row(ofLayer index: Int) throws -> Int {
    guard let row = rowLayers.firstIndex(of: space.layers[index]) else {
      throw FileError(path: path, fault: LayerFault.noSuchLayer(space.layers[index], present: rowLayers))
    }
    return row
  }

  /// Measures turn `turn` in layer `layers[index]` of the space, which is row `row` of the files, vector by vector; its tokens along
  /// `direction`, or along the layer's axis if that is nil.
  package func turn(
    _ turn: Int, inLayer index: Int, row: Int, skippingNonFinite: Bool, tokensAlong direction: AssistantAxis? = nil
  ) throws -> Turn? {
    var measurement = Measurement(axis: space.axes[index], factors: space.factors?[index], direction: direction)
    try forEachVector(turn: turn, row: row) { measurement.add($0) }
    if let found = measurement.nonFinite {
      if skippingNonFinite { return nil }
      throw FileError(
        path: source.isVectorPerFile ? source.paths[turn] : path,
        fault: NonFiniteFault.turn(
          turnNumbers[turn], speaker: speaker.rawValue, layer: space.layers[index], dimension: found.column,
          value: found.value))
    }
    return measurement.turn(hasTokens: hasTokens)
  }

  /// Whether turns are given as tokens, rather than as their means.
  package var hasTokens: Bool { if case .tokens = storage { true } else { false } }

  /// The number of tokens of turn `turn`; nil where only the turn's mean was dumped.
  package func tokenCount(ofTurn turn: Int) -> Int? {
    if case .tokens(_, let offsets) = storage { offsets[turn + 1] - offsets[turn] } else { nil }
  }

  /// Calls `body` with the turn's vectors in `row`: its tokens, or its mean.
  private func forEachVector(turn: Int, row: Int, _ body: (ArraySlice<Double>) -> Void) throws {
    let d = space.hiddenSize
    switch storage {
    case .turns(let entry):
      body(try file.read(entry, [turn..<turn + 1] + rowRange(entry.shape.count == 3, row) + [0..<d])[...])
    case .layers(let entries, _): body(try file.read(entries[row], [turn..<turn + 1, 0..<d])[...])
    case .files(let entries):
      // Opened when read: a conversation of a thousand files must not hold a thousand descriptors.
      let file = try source.isVectorPerFile ? TensorFile(path: source.paths[turn]) : file
      body(try file.read(entries[turn], rowRange(entries[turn].shape.count == 2, row) + [0..<d])[...])
    case .tokens(let entry, let offsets):
      let most = max(1, Self.chunkElements / d)
      for start in stride(from: offsets[turn], to: offsets[turn + 1], by: most) {
        let end = min(start + most, offsets[turn + 1])
        let values = try file.read(entry, [start..<end] + rowRange(entry.shape.count == 3, row) + [0..<d])
        for token in 0..<end - start { body(values[token * d..<(token + 1) * d]) }
      }
    }
  }

  private func rowRange(_ hasLayers: Bool, _ row: Int) -> [Range<Int>] { hasLayers ? [row..<row + 1] : [] }

  /// Sums a turn's vectors and keeps each one's place along the axis.
  private struct Measurement {
    let axis: AssistantAxis
    /// What vectors are multiplied by; nil if they are taken as they are.
    let factors: [Double]?
    /// What tokens are read along; nil if along the axis.
    let direction: AssistantAxis?
    private var origin: [Double] = []
    private var sums: [Double] = []
    private var projections: [Double] = []
    private var norms: [Double] = []
    private(set) var nonFinite: NonFiniteElement?

    init(axis: AssistantAxis, factors: [Double]?, direction: AssistantAxis?) {
      (self.axis, self.factors, self.direction) = (axis, factors, direction)
    }

    mutating func add(_ vector: ArraySlice<Double>) {
      if nonFinite == nil { nonFinite = vector.firstUnusable(columns: vector.count) }
      let vector = factors.map { Array(vector).scaled(by: $0)[...] } ?? vector
      projections.append((direction ?? axis).projection(of: vector))
      norms.append(dotProduct(vector, vector).squareRoot())
      // About the first token, so that dimensions that hardly vary lose no digits.
      if origin.isEmpty {
        origin = Array(vector)
        sums = [Double](repeating: 0, count: origin.count)
      } else {
        for (j, value) in vector.enumerated() { sums[j] += value - origin[j] }
      }
    }

    func turn(hasTokens: Bool) -> Turn {
      let count = Double(projections.count)
      let mean = zip(origin, sums).map { $0 + $1 / count }
      var batches = BatchMeans(tokens: projections.count)
      for projection in projections { batches.add(projection) }
      return Turn(
        reading: axis.reading(of: mean[...]), tokenCount: hasTokens ? projections.count : nil,
        tokens: TurnTokens(projections: projections, norms: norms),
        readingError: hasTokens && direction == nil ? batches.standardError.positionError(axis.norm) : nil)
    }
  }
}
