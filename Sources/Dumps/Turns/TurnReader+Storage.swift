internal import Files
package import TensorFiles

extension TurnReader {
  package static func storage(
    _ source: TurnSource, _ file: TensorFile, _ space: Space, _ reading: TurnSources.Reading
  ) throws -> Storage {
    func vector(_ file: TensorFile, _ path: String) throws -> TensorEntry {
      try VectorSource(name: source.name, path: path, tensor: reading.tensor).entry(in: file)
    }
    if source.isVectorPerFile {
      return .files(
        try source.paths.map { path in
          let entry = try vector(try TensorFile(path: path), path)
          guard (1...2).contains(entry.shape.count) else {
            throw FileError(path: path, fault: DumpFault.rank(shape: entry.shape, wanted: "(layers, d) or (d)"))
          }
          return entry
        })
    }
    let path = source.paths[0]
    func hasLayersOrNot(_ entry: TensorEntry) throws -> TensorEntry {
      guard entry.shape.count == 3 || (entry.shape.count == 2 && space.rowLayers.count == 1) else {
        throw FileError(
          path: path, place: entry.name,
          fault: DumpFault.rank(
            shape: entry.shape, wanted: "(turns, layers, d), or (turns, d) for a space of one layer"))
      }
      return entry
    }
    try refuseRequest(file)
    if let tokens = file.tensors.first(where: { $0.name == "tokens" }) {
      return .tokens(
        try hasLayersOrNot(tokens), offsets: try offsets(file, "turn_offsets", tokens: tokens.shape.first ?? 0))
    }
    if let turns = file.tensors.first(where: { $0.name == "turns" }) { return .turns(try hasLayersOrNot(turns)) }
    let entry = try vector(file, path)
    return reading.isOneVector(entry.shape) ? .files([entry]) : .turns(try hasLayersOrNot(entry))
  }

  /// Refuses what vLLM's connector for hidden states writes: `token_ids` (T) and `hidden_states` (T, layers, d).
  ///
  /// - Throws: `FileError` that says how to make turns of it.
  static func refuseRequest(_ file: TensorFile) throws {
    guard let ids = file.tensors.first(where: { $0.name == "token_ids" }), ids.shape.count == 1,
      file.tensors.contains(where: { $0.name == "hidden_states" && $0.shape.first == ids.shape[0] })
    else { return }
    throw FileError(path: file.path, fault: DumpFault.request(tokens: ids.shape[0], path: file.path))
  }

  /// Where turns begin among `tokens` tokens, and where the last ends.
  package static func offsets(_ file: TensorFile, _ name: String, tokens: Int) throws -> [Int] {
    let entry = try file.tensor(named: name)
    func fault(_ what: String) -> FileError {
      FileError(path: file.path, fault: DumpFault.turnOffsets(what, name: name))
    }
    let offsets = try file.read(entry).map { value in
      guard let offset = Int(exactly: value) else { throw fault("\(value) is no whole number") }
      return offset
    }
    guard entry.shape.count == 1, offsets.count >= 2 else { throw fault("shape \(entry.shape)") }
    guard offsets[0] == 0, offsets[offsets.count - 1] == tokens else {
      throw fault("they run from \(offsets[0]) to \(offsets[offsets.count - 1]), there are \(tokens) tokens")
    }
    for turn in 1..<offsets.count where offsets[turn] <= offsets[turn - 1] {
      throw fault("turn \(turn - 1) has \(offsets[turn] - offsets[turn - 1]) tokens")
    }
    return offsets
  }

  /// The layer of each of `rows` rows of turns to be read in `space`.
  static func rowLayers(_ rows: Int, of source: TurnSource, _ space: Space, _ options: TurnOptions) throws -> [Int] {
    try RowLayers(
      rows, of: .measured, given: options.rowLayers, manifest: source.manifest, companion: space.rowLayers
    ).numbers
  }
}
