internal import Dumps
public import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// Compares persona spaces over the roles they have in common and writes `comparison.csv` and `movers.csv`.
public struct CompareRun: Sendable {
  /// The files it writes.
  public static let outputs = ["comparison.csv", "movers.csv"]

  let paths: [String]
  let options: CompareOptions
  let log: RunLog

  /// A comparison of the spaces at `paths`, at least two: files, or folders with a `space.safetensors`.
  public init(_ paths: [String], options: CompareOptions, log: RunLog = .silent) {
    precondition(paths.count >= 2, "a comparison of fewer than two spaces")
    (self.paths, self.options, self.log) = (paths, options, log)
  }

  /// Compares and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input.
  public func run(into output: OutputFolder) async throws -> CompareResult {
    let files = try ComparedFile.read(paths, names: options.names)
    let plan = try LayerPlan(files, map: options.layerMap, selection: options.layers)
    let shown = try shownStep(plan, files[0])
    let skipped = try options.skipsNonFinite ? files.indices.map { try brokenRoles(files[$0], plan.steps, $0) } : []
    let pairs = try Self.pairs(of: files.count).map { try ComparedPair($0, $1, files, plan, leavingOut: skipped) }
    for pair in pairs { tell(pair, files) }
    try requireMemory(pairs, files)
    var results = pairs.map { $0.result(files) }
    for (index, step) in plan.steps.enumerated() {
      log.progress("compare", index, plan.steps.count)
      let layers = try await compare(pairs, files, step, wantsMovers: index == shown)
      for (place, layer) in layers.enumerated() {
        results[place].layers.append(layer.layer)
        if index == shown { results[place].movers = layer.movers }
      }
    }
    log.progress("compare", plan.steps.count, plan.steps.count)
    let result = CompareResult(
      pairs: results, names: files.map(\.name), pairing: plan.pairing, shown: shown,
      isShownByRequest: options.layer != nil, replicates: options.replicates)
    try output.write(ComparisonTables.comparison(result), to: "comparison.csv")
    try output.write(ComparisonTables.movers(result), to: "movers.csv")
    return result
  }

  /// Throws if a memory limit is known to be below what one layer takes: of each space the roles, their directions, and products.
  private func requireMemory(_ pairs: [ComparedPair], _ files: [ComparedFile]) throws {
    let numbers = pairs.reduce(0) { sum, pair in
      let count = pair.common.count
      return sum + [pair.a, pair.b].reduce(0) { $0 + 2 * count * (files[$1].space.hiddenSize + count) }
    }
    let most = pairs.map(\.common.count).max() ?? 0
    try MemoryBudget().require(
      numbers * MemoryLayout<Double>.size, for: "the spaces of \(counted(most, "role")) in one layer", of: paths[0],
      advice: paths.count > 2 ? "compare fewer spaces at a time" : "fit fewer roles")
  }

  /// Each with the next, then the first with each but the second.
  private static func pairs(of count: Int) -> [(Int, Int)] {
    (1..<count).map { ($0 - 1, $0) } + (2..<max(count, 2)).map { (0, $0) }
  }

  private func shownStep(_ plan: LayerPlan, _ first: ComparedFile) throws -> Int {
    let numbers = plan.steps.map { first.space.layers[$0[0]] }
    guard let layer = options.layer else { return numbers.count / 2 }
    guard let step = numbers.firstIndex(of: layer) else {
      throw FileError(path: first.path, place: "--layer", fault: LayerFault.noSuchLayer(layer, present: numbers))
    }
    return step
  }

  /// The roles of a space that are not finite in every layer that is compared.
  private func brokenRoles(_ file: ComparedFile, _ steps: [[Int]], _ place: Int) throws -> Set<String> {
    var broken: Set<String> = []
    for index in Set(steps.map { $0[place] }).sorted() {
      let rows = try file.space.roleVectors(layer: index, rows: Array(file.space.roleNames.indices))
      guard rows.firstNonFinite != nil else { continue }
      for (row, name) in file.space.roleNames.enumerated() where !rows.row(row).allSatisfy(\.isFinite) {
        broken.insert(name)
      }
    }
    if !broken.isEmpty {
      log.note(
        "\(file.path): left out \(broken.count) roles with values that are not finite: \(listed(broken.sorted()))")
    }
    return broken
  }

  private func tell(_ pair: ComparedPair, _ files: [ComparedFile]) {
    let (a, b) = (files[pair.a], files[pair.b])
    for (file, names) in [(a, pair.onlyA), (b, pair.onlyB)] where !names.isEmpty {
      log.note("only in \(file.name): \(listed(names, most: 20))")
    }
    if pair.isScaledOtherwise {
      log.note(
        "\(a.name) and \(b.name) have their dimensions dropped or scaled in different ways: each is compared as it was fitted"
          + (pair.sharesDimensions || a.space.hiddenSize != b.space.hiddenSize
            ? "" : ", and directions are not compared"))
    }
  }

  private struct LayerResult: Sendable {
    let layer: CompareResult.Layer
    let movers: [CompareResult.Mover]
  }

  /// Compares every pair in one layer: samples and draws are shared out to tasks in fixed chunks.
  private func compare(
    _ pairs: [ComparedPair], _ files: [ComparedFile], _ step: [Int], wantsMovers: Bool
  ) async throws -> [LayerResult] {
    let (replicates, seed) = (options.replicates, options.seed)
    let sides = try await concurrentMap(
      pairs.flatMap { pair in [(pair, pair.a), (pair, pair.b)] }, threads: options.threads
    ) {
      pair, side in
      try pair.space(side, files, step)
    }
    let compared = try await concurrentMap(Array(pairs.indices), threads: options.threads) { index in
      let pair = pairs[index]
      return try located(files[pair.b].path, place: "layer \(files[pair.b].space.layers[step[pair.b]])") {
        let comparison = try SpaceComparison(
          sides[2 * index], sides[2 * index + 1], sharedDimensions: pair.sharesDimensions)
        return (comparison, replicates > 0 ? PermutedComparison(comparison, seed: seed) : nil)
      }
    }
    let samples = pairs.map { pair in
      replicates > 0 && pair.common.count >= SpaceComparison.leastRoles
        ? Resamples(of: pair.common.count, count: replicates, seed: seed, purpose: .roles) : nil
    }
    let pieces = pairs.indices.flatMap { index in
      (samples[index]?.chunks() ?? []).map { ChunkOfDraws(index: index, range: $0, isDrawn: false) }
        + (replicates > 0 ? Resamples.chunks(of: PermutedComparison.draws) : []).map {
          ChunkOfDraws(index: index, range: $0, isDrawn: true)
        }
    }
    let parts = try await concurrentMap(pieces, threads: options.threads) { piece -> Drawn in
      let (comparison, permuted) = compared[piece.index]
      if piece.isDrawn { return Drawn(drawn: try permuted?.values(piece.range) ?? []) }
      guard let samples = samples[piece.index] else { return Drawn() }
      let some = try comparison.replicates(piece.range, of: samples)
      return Drawn(values: some.map(\.values), changes: wantsMovers ? some.map(\.changes) : [])
    }
    return try pairs.indices.map { index in
      let own = zip(pieces, parts).filter { $0.0.index == index }.map(\.1)
      let (comparison, permuted) = compared[index]
      let (pair, measurement) = (pairs[index], try PairMeasurement(pairs[index], files, step, comparison))
      return LayerResult(
        layer: measurement.layer(
          files[pair.a].space.layers[step[pair.a]], files[pair.b].space.layers[step[pair.b]], comparison,
          comparison.measured(
            replicates: own.flatMap(\.values), permuted: own.flatMap(\.drawn),
            roleShifts: pair.sharesDimensions ? permuted?.roleShifts() : nil)),
        movers: wantsMovers
          ? comparison.roleChanges(replicates: own.flatMap(\.changes), measured: measurement.pair).map {
            CompareResult.Mover(role: pair.common[$0.role], moved: $0)
          } : [])
    }
  }

  private struct ChunkOfDraws: Sendable {
    let index: Int
    let range: Range<Int>
    /// A draw of chance, not a sample.
    let isDrawn: Bool
  }

  private struct Drawn: Sendable {
    var values: [[Double]] = []
    var changes: [[Double]] = []
    var drawn: [[Double]] = []
  }
}
