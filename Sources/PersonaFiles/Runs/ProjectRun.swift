public import TensorFiles

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
    /// The number of conversations, turns and layers.
    public let conversations, turns: Int
    /// The layers projected on.
    public let layers: [Int]
    let records: [TurnRecord]
    let sources: TurnSources

    /// The conversations' positions along the axis, for `DriftRun`.
    public var tracks: DriftTracks { DriftTracks(path: sources.conversations[0].paths[0], records) }

    /// Every file that was read.
    var paths: [String] { sources.conversations.flatMap(\.paths) + sources.transcriptPaths }
  }

  /// Projects and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input.
  public func run(into output: OutputFolder) async throws -> Result {
    let turns = try await MeasuredTurns(space, paths, options: options, log: log, name: "project") { conversation in
      conversation.layers.flatMap { layer in
        layer.turns.enumerated().compactMap { index, turn in
          turn.map {
            TurnRecord(
              key: conversation.key, turn: index, layer: layer.number, tokens: $0.tokenCount, reading: $0.reading)
          }
        }
      }
    }
    let records = turns.results.flatMap { $0 }
    for note in turns.sources.notes { log.note(note) }
    try output.write(TurnTable.text(records), to: "turns.csv")
    return Result(
      conversations: turns.results.count, turns: turns.turnCount, layers: turns.layers, records: records,
      sources: turns.sources)
  }
}
