internal import TensorFiles

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
    let sources = try TurnSources(paths, TurnSources.Reading(options, space))
    // Without a wish, the layers of the space that the first conversation has.
    let first = try sources.conversations.first.map {
      try TurnReader($0, space: space, options: options).rowLayers
    }
    let wanted = try located(paths[0]) { try options.layers.indices(in: space.layers) }
      .filter { options.layers != .all || (first ?? []).contains(space.layers[$0]) }
    guard !wanted.isEmpty else {
      throw FileError(path: paths[0], fault: LayerFault.noSuchLayer(space.layers.first ?? 0, present: first ?? []))
    }
    if wanted.count < space.layers.count, options.layers == .all {
      log.note("the turns have \(layerList(first ?? [])); the other layers of the space are left out")
    }
    let done = Counter()
    let all = sources.conversations.count
    let measured = try await concurrentMap(sources.conversations, threads: options.threads) { source in
      let reader = try TurnReader(source, space: space, options: options)
      var skipped: Set<Int> = []
      let layers = try wanted.map { index in
        let turns = try reader.turns(inLayer: index, skippingNonFinite: options.skipsNonFinite)
        skipped.formUnion(turns.indices.filter { turns[$0] == nil })
        return (index: index, number: space.layers[index], turns: turns)
      }
      if !skipped.isEmpty {
        let turns = skipped.sorted().map(String.init)
        let broken = layers.filter { $0.turns.contains { $0 == nil } }.map(\.number)
        log.note(
          "\(source.paths[0]): values are not finite at \(layerList(broken)); left out there: turns \(listed(turns))")
      }
      log.progress(name, done.next(), all)
      let key = ConversationKey(
        conversation: source.name, domain: source.domain, condition: source.condition, sample: source.sample)
      let hasTurns = layers.contains { $0.turns.contains { $0 != nil } }
      return Measured(
        result: reduce(Conversation(key: key, layers: layers)), turns: reader.turnCount, hasTurns: hasTurns,
        areMeans: !reader.hasTokens,
        doubtfulShape: reader.doubtfulShape)
    }
    let doubtful = measured.indices.filter { measured[$0].doubtfulShape != nil }
    if let first = doubtful.first, let shape = measured[first].doubtfulShape {
      let others = doubtful.count > 1 ? " (and \(doubtful.count - 1) more files)" : ""
      log.note(
        "\(sources.conversations[first].paths[0])\(others): shape \(shape) is taken as \(shape[0]) turns of one layer; "
          + "if it is one turn of \(shape[0]) layers, say which with --row-layers")
    }
    results = measured.map(\.result)
    turnCount = measured.reduce(0) { $0 + $1.turns }
    meanCount = measured.reduce(0) { $0 + ($1.areMeans ? $1.turns : 0) }
    guard measured.contains(where: \.hasTurns) else {
      throw FileError(path: paths[0], fault: DumpFault.noFiniteTurns)
    }
    layers = wanted.map { space.layers[$0] }
    self.sources = sources
  }
}
