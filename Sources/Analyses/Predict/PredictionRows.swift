internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// The turns of the Assistant that are predicted, with the embedding of what the user said before each.
struct PredictionRows: Sendable {
  var rows: [PredictedTurn]
  let layer: Int
  /// The transcripts that were read.
  let transcripts: [String]
  let sources: [EmbeddingSource]

  /// Joins the positions in `tracks` to the embeddings at `path`.
  init(_ tracks: [TurnTable.Track], table: String, _ path: String, options: PredictOptions, log: RunLog) throws {
    let layers = Set(tracks.map(\.layer)).sorted()
    let layer = options.layer ?? layers[layers.count / 2]
    guard layers.contains(layer) else {
      throw FileError(path: table, fault: LayerFault.noSuchLayer(layer, present: layers))
    }
    if options.layer == nil, layers.count > 1 {
      log.note("layer \(layer), the middle one, is predicted; --layer names another")
    }
    self.layer = layer
    sources = try EmbeddingSource.all(at: path)
    let row = try Self.row(of: layer, sources[0], path, options, log)
    let own = tracks.filter { $0.layer == layer }
    let paths = try Self.transcripts(path, options)
    let matched = try Self.match(sources, to: own, paths, path)
    try Self.requireMemory(matched, path, options)
    var groups: [String: Int] = [:]
    (rows, transcripts) = ([], matched.compactMap(\.transcript?.path))
    var without = 0
    for match in matched {
      let key = match.track.key
      // By its name alone: under another condition the same messages of the user come again.
      let group = groups[key.conversation] ?? groups.count
      groups[key.conversation] = group
      let vectors = try match.source.vectors(row: row)
      let before = try Self.embeddingsBeforeTurns(match)
      let track = match.track.track
      for (place, turn) in track.turns.enumerated() {
        let said = before(turn)
        guard !said.rows.isEmpty else {
          without += 1
          continue
        }
        let hasPrevious = place > 0 && track.turns[place - 1] == turn - 1
        rows.append(
          PredictedTurn(
            group: group,
            condition: [key.domain, key.condition, key.persona].filter { !$0.isEmpty }.joined(separator: " / "),
            turn: turn, position: track.positions[place], previous: hasPrevious ? track.positions[place - 1] : nil,
            length: said.length, embedding: FeatureRow(Self.mean(of: said.rows.map { vectors[$0] }))))
      }
    }
    if without > 0 { log.note("\(counted(without, "turn")) without a message of the user before them are left out") }
    let silent = own.count - matched.count
    if silent > 0 {
      log.note("no embeddings of \(silent) of the \(own.count) conversations of the table, which are left out")
    }
    if rows.contains(where: { $0.length == nil }) {
      log.note("no transcripts with the user's text: the length of messages is no baseline")
    }
  }

  /// Throws if a memory limit is known to be below what the rows and their products take.
  private static func requireMemory(_ matched: [Match], _ path: String, _ options: PredictOptions) throws {
    let (rows, d) = (matched.reduce(0) { $0 + $1.source.count }, matched.first?.source.dimensions ?? 0)
    let (single, double) = (MemoryLayout<Float>.size, MemoryLayout<Double>.size)
    let products =
      rows - rows / max(2, options.folds) > d
      ? (options.folds * d * (d + 1) + 3 * d * d / 2) * double : (rows * rows + 2 * rows * d) * double
    try MemoryBudget().require(
      rows * d * single + products, for: "\(counted(rows, "message")) of \(counted(d, "dimension"))", of: path,
      advice: rows > d ? "give fewer --folds, or fewer conversations" : "give fewer conversations")
  }

  /// The row of the embeddings that is of `layer`.
  private static func row(
    of layer: Int, _ source: EmbeddingSource, _ path: String, _ options: PredictOptions, _ log: RunLog
  ) throws -> Int {
    guard let count = source.layers else { return 0 }
    let folder = fileKind(path) == .folder ? path : Paths.parent(of: path)
    let root = fileKind("\(folder)/embeddings") == .folder ? folder : Paths.above(folder)
    let manifest = try Manifest.read(inFolder: root)
    let rowLayers = try located(path) {
      try RowLayers(count, of: .embeddings(layer: layer), given: options.rowLayers, manifest: manifest)
    }
    if let note = rowLayers.note { log.note(note) }
    guard let row = rowLayers.numbers.firstIndex(of: layer) else {
      throw FileError(path: path, fault: LayerFault.noEmbeddings(layer, present: rowLayers.numbers))
    }
    return row
  }

  private static func transcripts(_ path: String, _ options: PredictOptions) throws -> [String: String] {
    if let given = options.transcripts {
      guard fileKind(given) == .folder else {
        throw FileError(
          path: given,
          fault: fileKind(given) == .missing ? AccessFault.nothing(at: given) : OutputFault.wrongKind(found: "file"))
      }
      return try Transcript.paths(inFolder: given)
    }
    let folder = fileKind(path) == .folder ? path : Paths.parent(of: path)
    let inner = "\(folder)/transcripts"
    return try Transcript.paths(inFolder: fileKind(inner) == .folder ? inner : "\(Paths.above(folder))/transcripts")
  }

  private struct Match {
    let source: EmbeddingSource
    let track: TurnTable.Track
    let transcript: (path: String, content: Transcript)?
  }

  /// Finds the track of each source: by its transcript, or else by its name.
  private static func match(
    _ sources: [EmbeddingSource], to tracks: [TurnTable.Track], _ paths: [String: String], _ path: String
  ) throws -> [Match] {
    let byName = Dictionary(grouping: tracks) { $0.key.conversation }
    let bySample = Dictionary(grouping: tracks) { "\($0.key.conversation)_s\($0.key.sample)" }
    var (matches, unknown) = ([Match](), [String]())
    for source in sources {
      let transcript = try paths[source.name].map { (path: $0, content: try decodeJSON(Transcript.self, at: $0)) }
      var candidates = byName[transcript?.content.regenerated ?? source.name] ?? bySample[source.name] ?? []
      if candidates.count > 1, let transcript = transcript?.content {
        candidates = candidates.filter {
          $0.key.sample == transcript.sample ?? "" && $0.key.condition == transcript.condition ?? ""
            && $0.key.persona == transcript.persona ?? ""
        }
      }
      if candidates.count > 1 {
        throw FileError(path: source.path, fault: PredictionFault.ambiguous(source.name, candidates.count))
      }
      if let track = candidates.first {
        matches.append(Match(source: source, track: track, transcript: transcript))
      } else {
        unknown.append(source.name)
      }
    }
    guard unknown.isEmpty else {
      throw FileError(
        path: path,
        fault: PredictionFault.unknownConversations(unknown, embeddings: sources.count, turns: tracks.count))
    }
    // Folds are drawn by the order of conversations, which must not be that of files.
    return matches.sorted { order($0.track.key).lexicographicallyPrecedes(order($1.track.key)) }
  }

  private static func order(_ key: ConversationKey) -> [String] {
    [key.conversation, key.domain, key.condition, key.persona, key.sample]
  }

  /// Which rows of a source's embeddings, and how many characters, come before a turn.
  private static func embeddingsBeforeTurns(_ match: Match) throws -> (Int) -> (rows: [Int], length: Int?) {
    let (source, turns) = (match.source, (match.track.track.turns.max() ?? -1) + 1)
    if let places = source.messages, places.count != source.count {
      throw FileError(
        path: source.path, fault: PredictionFault.placeCount(places: places.count, embeddings: source.count))
    }
    guard let transcript = match.transcript else {
      guard source.count == turns else {
        throw FileError(
          path: source.path, fault: PredictionFault.turnCount(embeddings: source.count, turns: turns))
      }
      return { ([$0], nil) }
    }
    let users = transcript.content.userMessages
    if source.messages == nil, users.count != source.count {
      throw FileError(
        path: source.path,
        fault: PredictionFault.messageCount(
          embeddings: source.count, messages: users.count, transcript: transcript.path))
    }
    let places = source.messages ?? users
    if let stray = places.first(where: { !users.contains($0) }) {
      throw FileError(path: source.path, fault: PredictionFault.notAUser(stray, transcript: transcript.path))
    }
    let rowOfPlace = Dictionary(places.enumerated().map { ($1, $0) }) { first, _ in first }
    let before = transcript.content.userMessagesBeforeTurns
    guard turns <= before.count else {
      throw FileError(
        path: source.path,
        fault: PredictionFault.transcriptTurns(turn: turns - 1, transcript: before.count, path: transcript.path))
    }
    return { turn in
      (before[turn].compactMap { rowOfPlace[$0] }, transcript.content.length(of: before[turn]))
    }
  }

  private static func mean(of vectors: [[Double]]) -> [Double] {
    vectors.count == 1 ? vectors[0] : Matrix(vectors, columns: vectors[0].count).columnMeans()
  }
}
