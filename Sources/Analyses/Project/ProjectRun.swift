public import Dumps
public import Files
internal import PersonaSpace

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

  /// Projects and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input.
  public func run(into output: OutputFolder) async throws -> ProjectResult {
    let plan = try TurnPlan(space, paths, options: options, log: log)
    try requireMemory(plan)
    let reach = try await plan.roleReaches()
    let baselines = try await TurnBaselines(plan, log: log)
    let pass = try await TurnPass(plan, .init(name: "project", includesUsers: true, tokens: .errors), log: log) {
      TurnRecord(
        key: $0.key, speaker: $0.speaker, turn: $0.number, turnCount: $0.count, layer: $0.layer,
        tokens: $0.turn.tokenCount, reading: $0.turn.reading, error: $0.turn.readingError,
        reach: TurnPlan.ratio($0.turn.reading.offAxisDistance, reach[$0.layer]),
        baseline: $0.speaker == .assistant ? baselines.position(of: $0.key, layer: $0.layer, turn: $0.number) : nil)
    }
    for note in plan.sources.notes { log.note(note) }
    let result = ProjectResult(pass, baselines: baselines.paths)
    for note in baselines.notes(on: result.records) { log.note(note) }
    if let far = result.farTurns { log.note(far.words) }
    try output.write(TurnTable.table(result.records), to: Self.outputs[0])
    return result
  }
}

extension ProjectRun {
  /// Throws if a memory limit is known to be below what the rows of the table take, which are held twice as they are put in order. Where
  /// nothing says how many turns a conversation has before its file is opened, it counts as one.
  private func requireMemory(_ plan: TurnPlan) throws {
    let turns = plan.sources.conversations.reduce(0) { $0 + max(1, $1.expected?.turns ?? 1) }
    try MemoryBudget().require(
      2 * turns * plan.layers.count * MemoryLayout<TurnRecord>.stride,
      for: "the places of \(counted(turns, "turn")) in \(counted(plan.layers.count, "layer"))", of: plan.path,
      advice: "project fewer --layers, or fewer conversations at a time")
  }
}

/// What came of a projection.
public struct ProjectResult: Sendable {
  /// The number of conversations, of the Assistant's turns in them, and of the users'.
  public let conversations, turns, userTurns: Int
  /// The layers projected on.
  public let layers: [Int]
  /// Conversation after conversation, in each layer by layer.
  let records: [TurnRecord]
  private let sources: TurnSources
  /// The files of `embeddings/` that users' turns came from.
  private let embeddings: [String]
  /// The files of `baseline/`.
  private let baselines: [String]

  init(_ pass: TurnPass<TurnRecord>, baselines: [String]) {
    self.baselines = baselines
    let (spoken, heard) = (pass.spoken, pass.heard)
    (conversations, turns) = (spoken.count, spoken.reduce(0) { $0 + $1.turns })
    (userTurns, layers) = (heard.reduce(0) { $0 + $1.turns }, pass.plan.layers)
    records = pass.voices.flatMap { $0.reduced.flatMap { $0 } }
    sources = pass.plan.sources
    embeddings = heard.map { (path: $0.path, own: pass.plan.sources.conversations[$0.source].paths[0]) }
      .filter { $0.path != $0.own }.map(\.path)
  }

  /// The conversations' positions along the axis, for `DriftRun`.
  public var tracks: DriftTracks { DriftTracks(path: sources.conversations[0].paths[0], records) }

  /// The turns of the Assistant where they lie far outside what the roles span; nil where they do not.
  public var farTurns: FarTurns? {
    FarTurns(grouped(records.filter { $0.speaker == .assistant }) { ["\($0.layer)"] }.map { $0.compactMap(\.reach) })
  }

  /// Every file that was read.
  var paths: [String] { sources.conversations.flatMap(\.paths) + sources.transcriptPaths + embeddings + baselines }
}
