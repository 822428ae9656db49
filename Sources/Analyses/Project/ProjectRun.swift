public import Dumps
public import Files

/// Projects conversation turns onto the axis of each layer and writes `turns.csv`.
public struct ProjectRun: Sendable {
  /// The files it writes.
  public static let outputs = ["turns.csv"]

  let space: Space
  let paths: [String]
  let options: TurnOptions
  let log: RunLog

  /// A projection of the turns at `paths` onto `space`.
  public init(_ space: Space, _ paths: [String], options: TurnOptions, log: RunLog = .silent) {
    (self.space, self.paths, self.options, self.log) = (space, paths, options, log)
  }

  /// What came of it.
  public struct Result: Sendable {
    /// The number of conversations, of the Assistant's turns in them, and of the users'.
    public let conversations, turns, userTurns: Int
    /// The layers projected on.
    public let layers: [Int]
    let records: [TurnRecord]
    let sources: TurnSources
    /// The files of `embeddings/` that users' turns came from.
    let embeddings: [String]

    /// The conversations' positions along the axis, for `DriftRun`.
    public var tracks: DriftTracks { DriftTracks(path: sources.conversations[0].paths[0], records) }

    /// Every file that was read.
    var paths: [String] { sources.conversations.flatMap(\.paths) + sources.transcriptPaths + embeddings }
  }

  /// Projects and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input.
  public func run(into output: OutputFolder) async throws -> Result {
    let plan = try TurnPlan(space, paths, options: options, log: log)
    let pieces = try plan.sources.conversations.enumerated().flatMap { try Self.pieces($0, $1, space, options) }
    let (done, pool) = (Counter(), TurnSums.Pool())
    let found = try await concurrentMap(pieces, threads: options.threads) { [space, options, log] piece in
      defer { log.progress("project", done.next(), pieces.count) }
      return try Self.project(piece, plan, space, options, pool)
    }
    let conversations = grouped(found) { ["\($0.source)", $0.speaker.rawValue] }
    for pieces in conversations {
      let skipped = plan.layers.indices.map { layer in (plan.layers[layer], pieces.flatMap { $0.skipped[layer] }) }
      TurnPlan.note(skipped: skipped, of: pieces[0].path, log)
    }
    // Layer by layer, whatever the pieces are.
    let records = conversations.flatMap { pieces in
      plan.layers.indices.flatMap { layer in pieces.flatMap { $0.records[layer] } }
    }
    let spoken = conversations.filter { $0[0].speaker == .assistant }
    plan.note(doubtfulShapes: spoken.map { $0[0].doubtfulShape }, log)
    for note in plan.sources.notes { log.note(note) }
    guard records.contains(where: { $0.speaker == .assistant }) else {
      throw FileError(path: paths[0], fault: DumpFault.noFiniteTurns)
    }
    try output.write(TurnTable.table(records), to: "turns.csv")
    let users = conversations.filter { $0[0].speaker == .user && $0[0].turns > 0 }
    let beside = users.filter { $0[0].path != plan.sources.conversations[$0[0].source].paths[0] }
    return Result(
      conversations: spoken.count, turns: spoken.joined().reduce(0) { $0 + $1.turns },
      userTurns: users.joined().reduce(0) { $0 + $1.turns }, layers: plan.layers, records: records,
      sources: plan.sources, embeddings: beside.map { $0[0].path })
  }

  /// Turns that one task does.
  private struct Piece: Sendable {
    let number: Int
    let source: TurnSource
    let speaker: Speaker
    /// Nil for all of the file's.
    let turns: Range<Int>?
  }

  /// What came of a piece: by layer, the records of its turns and the turns left out.
  private struct Projected: Sendable {
    let source: Int
    let speaker: Speaker
    let path: String
    let turns: Int
    let records: [[TurnRecord]]
    let skipped: [[Int]]
    let doubtfulShape: [Int]?
  }

  /// A file larger than this is shared out among tasks, in pieces of about as much.
  private static let pieceBytes = 1 << 25
  /// The bytes that the sums of all tasks may take.
  private static let sumBytes = 48 << 20

  /// Divides a conversation by what its files hold alone, so that the numbers do not depend on the number of tasks.
  private static func pieces(
    _ number: Int, _ source: TurnSource, _ space: Space, _ options: TurnOptions
  ) throws -> [Piece] {
    let users = [Piece(number: number, source: source, speaker: .user, turns: nil)]
    let whole = Piece(number: number, source: source, speaker: .assistant, turns: nil)
    if source.isVectorPerFile { return [whole] }
    guard try fileIdentity(source.paths[0]).size > pieceBytes else { return [whole] + users }
    let reader = try TurnReader(source, space: space, options: options)
    var (pieces, start, bytes) = ([Piece](), 0, 0)
    for turn in 0..<reader.turnCount {
      bytes += reader.byteCount(ofTurn: turn)
      if bytes >= pieceBytes || turn == reader.turnCount - 1 {
        pieces.append(Piece(number: number, source: source, speaker: .assistant, turns: start..<turn + 1))
        (start, bytes) = (turn + 1, 0)
      }
    }
    return pieces + users
  }

  private static func project(
    _ piece: Piece, _ plan: TurnPlan, _ space: Space, _ options: TurnOptions, _ pool: TurnSums.Pool
  ) throws -> Projected {
    let found =
      piece.speaker == .assistant
      ? try TurnReader(piece.source, space: space, options: options)
      : try TurnReader.users(piece.source, space: space, options: options)
    guard let reader = found else {
      let none = plan.layers.map { _ in [Int]() }
      return Projected(
        source: piece.number, speaker: piece.speaker, path: "", turns: 0, records: none.map { _ in [] }, skipped: none,
        doubtfulShape: nil)
    }
    let turns = piece.turns ?? 0..<reader.turnCount
    let readings = try reader.readings(
      ofTurns: turns, inLayers: plan.wanted, skippingNonFinite: options.skipsNonFinite,
      memory: Self.sumBytes / max(1, options.threads), pool: pool)
    let key = ConversationKey(piece.source)
    let records = plan.layers.enumerated().map { place, layer in
      zip(turns, readings).compactMap { turn, readings in
        readings[place].map {
          TurnRecord(
            key: key, speaker: piece.speaker, turn: reader.turnNumbers[turn], layer: layer,
            tokens: reader.tokenCount(ofTurn: turn), reading: $0)
        }
      }
    }
    let skipped = plan.layers.indices.map { place in
      zip(turns, readings).compactMap { turn, readings in readings[place] == nil ? reader.turnNumbers[turn] : nil }
    }
    return Projected(
      source: piece.number, speaker: piece.speaker, path: reader.path, turns: turns.count, records: records,
      skipped: skipped, doubtfulShape: reader.doubtfulShape)
  }
}
