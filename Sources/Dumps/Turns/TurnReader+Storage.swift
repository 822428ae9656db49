internal import Files
package import TensorFiles

extension TurnReader {
  /// Where the turns of `source` lie, their axes in order, and what a user should know of how these were taken.
  package static func storage(
    _ source: TurnSource, _ file: TensorFile, _ space: Space, _ options: TurnOptions
  ) throws -> (storage: Storage, note: String?) {
    var reading = TurnSources.Reading(options, space)
    var arrangement = arrangement(source, space, options)
    reading.layerCounts = [arrangement.layers]
    func tensor(_ file: TensorFile, _ path: String) throws -> TensorEntry {
      try VectorSource(name: source.name, path: path, tensor: reading.tensor).namedEntry(in: file)
    }
    if source.isVectorPerFile {
      let found = try source.paths.map { path in
        let found = arrangement.arrangedVector(try tensor(try TensorFile(path: path), path))
        guard (1...2).contains(found.entry.shape.count) else {
          throw FileError(path: path, fault: DumpFault.rank(shape: found.entry.shape, wanted: "(layers, d) or (d)"))
        }
        return found
      }
      return (.files(found.map(\.entry)), found.lazy.compactMap(\.note).first)
    }
    try refuseRequest(file)
    let (tokens, ownTurns) = (try named("tokens", in: file, reading), try named("turns", in: file, reading))
    if let tokens {
      let ends = try offsets(file, "turn_offsets", of: tokens)
      arrangement.count = ends.last
      let found = try checked(tokens, file, arrangement)
      try checkOffsets(ends, file, "turn_offsets", tokens: found.entry.shape.first ?? 0)
      let both =
        ownTurns == nil
        ? nil : "'tokens' with 'turn_offsets' are read, and not 'turns' beside them; --tensor turns takes these"
      return (.tokens(found.entry, offsets: ends), joined(both, found.note))
    }
    if let turns = ownTurns {
      let found = try checked(turns, file, arrangement)
      return (.turns(found.entry), found.note)
    }
    if reading.tensor == nil, let several = ForeignTurns(file, isOneVector: reading.isOneVector) {
      if let layers = several.turns(source.expected?.turns, hiddenSize: space.hiddenSize) { return (layers, nil) }
      if let fault = several.fault(file.path, format: file.format) { throw FileError(path: file.path, fault: fault) }
      let found = several.tensors.map { arrangement.arrangedVector($0) }
      return (.files(found.map(\.entry)), found[0].note)
    }
    let entry = try tensor(file, source.paths[0])
    let vector = arrangement.arrangedVector(entry)
    if reading.isOneVector(vector.entry.shape) {
      if source.expected == nil, options.rowLayers == nil,
        let layer = try arrangement.nearness?.oneLayer(of: vector.entry, in: file)
      {
        throw FileError(path: file.path, fault: DumpFault.rowsOfOneLayer(entry.shape, layer: layer))
      }
      return (.files([vector.entry]), vector.note)
    }
    let turns = try checked(entry, file, arrangement)
    return (.turns(turns.entry), turns.note ?? doubt(turns.entry, isCounted: source.expected != nil))
  }

  /// The tensor `name` of turns; nil if it is not there, or another is asked for.
  ///
  /// - Throws: `FileError` if it is of whole numbers.
  private static func named(
    _ name: String, in file: TensorFile, _ reading: TurnSources.Reading
  ) throws -> TensorEntry? {
    guard reading.tensor == nil || reading.tensor == name else { return nil }
    return try file.tensors.first { $0.name == name }?.checkedAsActivations(file.path)
  }

  private static func joined(_ first: String?, _ second: String?) -> String? {
    first.map { first in second.map { "\(first); \($0)" } ?? first } ?? second
  }

  /// A conversation of more turns is likelier to be one of tokens.
  private static let usualTurns = 100

  /// What to say of a tensor whose rows are taken for turns only because nothing else says what they are: they could be tokens, or
  /// of a space of one layer the layers of a vector.
  private static func doubt(_ entry: TensorEntry, isCounted: Bool) -> String? {
    if entry.shape[0] > usualTurns || entry.name == "hidden_states", !isCounted {
      return
        "shape \(entry.shape) is taken as \(entry.shape[0]) turns; if they are tokens, save them as 'tokens' with 'turn_offsets'\(seeArrays)"
    }
    guard entry.shape.count == 2 else { return nil }
    return
      "shape \(entry.shape) is taken as \(entry.shape[0]) turns of one layer; if it is one turn of \(entry.shape[0]) layers, say which with --row-layers"
  }

  /// In which order the axes of the turns of `source` may be.
  static func arrangement(_ source: TurnSource, _ space: Space, _ options: TurnOptions) -> TurnArrangement {
    let layers = options.rowLayers?.numbers?.count ?? source.manifest.layers?.count ?? space.rowLayers.count
    let numbers = try? rowLayers(layers, of: source, space, options)
    return TurnArrangement(
      hiddenSize: space.hiddenSize, layers: layers, count: source.expected?.turns,
      isDocumented: source.manifest.isComplete,
      said: options.axes.flatMap { $0.isOfTurns || $0.rows != nil ? $0 : nil },
      nearness: numbers.flatMap { SpaceNearness(space, rowLayers: $0) })
  }

  /// `entry` with its axes in order.
  ///
  /// - Throws: `FileError` if it is neither (turns, layers, d) nor, of one layer, (turns, d).
  static func checked(
    _ entry: TensorEntry, _ file: TensorFile, _ arrangement: TurnArrangement
  ) throws -> (entry: TensorEntry, note: String?) {
    let found = try arrangement.arranged(try entry.checkedAsActivations(file.path), in: file)
    guard found.entry.shape.count == 3 || (found.entry.shape.count == 2 && arrangement.layers == 1) else {
      throw FileError(
        path: file.path, place: entry.name,
        fault: DumpFault.rank(
          shape: entry.shape,
          wanted:
            "(turns, layers, d), or (turns, d) of one layer, which --row-layers LAYER says where the space has several")
      )
    }
    return found
  }

  /// Refuses what vLLM's connector for hidden states writes: `token_ids` (T) and `hidden_states` (T, layers, d).
  ///
  /// - Throws: `FileError` that says how to make turns of it.
  static func refuseRequest(_ file: TensorFile) throws {
    if let fault = requestFault(file) { throw FileError(path: file.path, fault: fault) }
  }

  /// Where turns begin among the tokens in `tokens`, and where the last ends.
  static func offsets(_ file: TensorFile, _ name: String, of tokens: TensorEntry) throws -> [Int] {
    let entry = try file.tensor(named: name)
    func fault(_ what: String) -> FileError {
      FileError(path: file.path, fault: DumpFault.turnOffsets(what, name: name))
    }
    let offsets = try file.read(entry).map { value in
      guard let offset = Int(exactly: value) else { throw fault("\(value) is no whole number") }
      return offset
    }
    guard entry.shape.count == 1, offsets.count >= 2 else { throw fault("shape \(entry.shape)") }
    return offsets
  }

  /// Checks that `offsets` cover `tokens` tokens.
  static func checkOffsets(_ offsets: [Int], _ file: TensorFile, _ name: String, tokens: Int) throws {
    func fault(_ what: String) -> FileError {
      FileError(path: file.path, fault: DumpFault.turnOffsets(what, name: name))
    }
    guard offsets[0] == 0, offsets[offsets.count - 1] == tokens else {
      throw fault("they run from \(offsets[0]) to \(offsets[offsets.count - 1]), there are \(tokens) tokens")
    }
    for turn in 1..<offsets.count where offsets[turn] <= offsets[turn - 1] {
      throw fault("turn \(turn - 1) has \(offsets[turn] - offsets[turn - 1]) tokens")
    }
  }

  /// The layer of each of `rows` rows of turns to be read in `space`.
  static func rowLayers(_ rows: Int, of source: TurnSource, _ space: Space, _ options: TurnOptions) throws -> [Int] {
    try RowLayers(
      rows, of: .measured, given: options.rowLayers, manifest: source.manifest, companion: space.rowLayers
    ).numbers
  }
}

/// The fault that `file` is what vLLM's connector for hidden states writes; nil of another.
package func requestFault(_ file: TensorFile) -> DumpFault? {
  guard let ids = file.tensors.first(where: { $0.name == "token_ids" }), ids.shape.count == 1,
    file.tensors.contains(where: { $0.name == "hidden_states" && $0.shape.first == ids.shape[0] })
  else { return nil }
  return .request(tokens: ids.shape[0], path: file.path)
}
