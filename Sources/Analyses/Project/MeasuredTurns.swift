internal import Dumps
internal import Files

/// Every conversation measured in every wanted layer, each reduced to a result as soon as it is read.
struct MeasuredTurns<Reduced: Sendable>: Sendable {
  /// A conversation's turns as `reduce` sees them.
  struct Conversation {
    let key: ConversationKey
    let layers: [(index: Int, number: Int, turns: [TurnReader.Turn?])]
  }

  private struct Measured: Sendable {
    let result: Reduced
    let turns: Int
    let hasTurns: Bool
    let areMeans: Bool
    let doubtfulShape: [Int]?
  }

  let results: [Reduced]
  let turnCount: Int
  /// The number of turns of which only the mean was dumped.
  let meanCount: Int
  /// The layer numbers measured.
  let layers: [Int]
  let sources: TurnSources

  init(
    _ space: Space, _ paths: [String], options: TurnOptions, log: RunLog, name: String,
    reduce: @escaping @Sendable (Conversation) -> Reduced
  ) async throws {
    let plan = try TurnPlan(space, paths, options: options, log: log)
    let (sources, wanted) = (plan.sources, plan.wanted)
    let done = Counter()
    let all = sources.conversations.count
    let measured = try await concurrentMap(sources.conversations, threads: options.threads) { source in
      let reader = try TurnReader(source, space: space, options: options)
      let layers = try wanted.map { index in
        let turns = try reader.turns(inLayer: index, skippingNonFinite: options.skipsNonFinite)
        return (index: index, number: space.layers[index], turns: turns)
      }
      let skipped = layers.map { layer in (layer.number, layer.turns.indices.filter { layer.turns[$0] == nil }) }
      TurnPlan.note(skipped: skipped, of: source.paths[0], log)
      log.progress(name, done.next(), all)
      let key = ConversationKey(source)
      let hasTurns = layers.contains { $0.turns.contains { $0 != nil } }
      return Measured(
        result: reduce(Conversation(key: key, layers: layers)), turns: reader.turnCount, hasTurns: hasTurns,
        areMeans: !reader.hasTokens,
        doubtfulShape: reader.doubtfulShape)
    }
    plan.note(doubtfulShapes: measured.map(\.doubtfulShape), log)
    results = measured.map(\.result)
    turnCount = measured.reduce(0) { $0 + $1.turns }
    meanCount = measured.reduce(0) { $0 + ($1.areMeans ? $1.turns : 0) }
    guard measured.contains(where: \.hasTurns) else {
      throw FileError(path: paths[0], fault: DumpFault.noFiniteTurns)
    }
    (layers, self.sources) = (plan.layers, sources)
  }
}
