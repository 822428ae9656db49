internal import Dumps
public import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics
internal import TensorFiles

/// Measures resistance and instability of every persona of a dump, and where the variance of its responses sits.
public struct StabilityRun: Sendable {
  /// The files it writes.
  public static let outputs = ["personas.csv", "variance.csv"]
  /// The file it writes as well where personas have levels.
  public static let trendOutputs = ["stability_trends.csv"]
  /// The file it writes as well if responses are listed.
  public static let responseOutputs = ["adherence.csv"]

  let space: Space
  let components: [Matrix]
  let spacePath: String
  let path: String
  let options: StabilityOptions
  let log: RunLog

  /// A measurement of the responses of the dump at `path` in the space at `spacePath`.
  ///
  /// - Throws: `FileError` if the space cannot be read.
  public init(space spacePath: String, _ path: String, options: StabilityOptions, log: RunLog = .silent) throws {
    let space = try Space(readingFrom: spacePath)
    var options = options
    if let name = space.assistantName, name != options.assistantName {
      guard options.assistantName == "default" else {
        throw FileError(
          path: spacePath, fault: StabilityFault.otherAssistant(space: name, given: options.assistantName))
      }
      options.assistantName = name
    }
    self.init(
      space, components: try space.components(readingFrom: spacePath, most: options.components), spacePath: spacePath,
      path, options: options, log: log)
  }

  /// A measurement in a space that is at hand, with the components of each of its layers, shape (K, d).
  init(
    _ space: Space, components: [Matrix], spacePath: String, _ path: String, options: StabilityOptions, log: RunLog
  ) {
    (self.space, self.components, self.spacePath) = (space, components, spacePath)
    (self.path, self.options, self.log) = (Paths.trimmed(dumpRoot(of: path)), options, log)
  }

  /// Measures and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input.
  public func run(into output: OutputFolder) async throws -> StabilityResult {
    let plan = try await StabilityPlan(path, space: space, options: options, log: log)
    let targets = try targets(plan)
    let labels = try RoleTable(inFolder: responsesRoot(of: path))
    let shuffle = options.replicates > 0 ? PersonaShuffle(of: plan.design, seed: options.seed) : nil
    let division = division(plan, shufflesPrompts: shuffle?.isOfPrompts ?? false)
    let (slices, keepsPrompts) = (division.slices, division.keepsPrompts)
    let done = Counter()
    let all = slices.count * plan.personas.count
    let results = try await concurrentMap(slices, threads: division.tasks) { [space, components, options, log] slice in
      let layers = (slice.first..<slice.first + slice.rows.count).map { plan.layers[$0] }
      let frames = layers.compactMap { layer in space.layers.firstIndex(of: layer) }.map { index in
        ReadoutFrame(axis: space.axes[index], components: components[index], factors: space.factors?[index])
      }
      return try located(self.path) {
        var task = StabilitySlice(
          plan, targets, options, shuffle: shuffle, keepsPrompts: keepsPrompts, rows: slice.rows, layers: layers,
          frames: frames)
        return try task.run { log.progress("stability", done.next(), all) }
      }
    }
    var result = try result(plan, labels, targets, shuffle, slices, results)
    remark(on: result, plan, targets)
    try output.write(StabilityTables.personas(result), to: Self.outputs[0])
    try output.write(StabilityTables.variance(result), to: Self.outputs[1])
    if options.listsResponses {
      let file = try output.file(named: Self.responseOutputs[0])
      try file.write(StabilityTables.responsesHeader)
      for (slice, part) in zip(slices, results) {
        for row in 0..<slice.rows.count { for outcome in part.outcomes { try file.write(outcome.lines[row]) } }
      }
      try file.close()
    }
    result.trends = try await concurrentMap(result.layers.indices.map { $0 }, threads: options.threads) {
      [result, options] index in
      let layer = result.layers[index]
      return StabilityTrend.all(
        layer.readings, levels: result.personas.map { Double($0.label.level) ?? .nan }, replicates: options.replicates,
        seed: options.seed
      ).map { (layer: layer.layer, trend: $0) }
    }.flatMap { $0 }
    if !result.trends.isEmpty { try output.write(StabilityTables.trends(result), to: Self.trendOutputs[0]) }
    return result
  }

  private func targets(_ plan: StabilityPlan) throws -> PersonaTargets? {
    let targets: PersonaTargets
    switch options.target {
    case .own: return nil
    case .space:
      targets = try PersonaTargets(
        spacePath, space: space, layers: plan.layers, options: options, isSpace: true)
    case .path(let other):
      if areSameFile(Paths.trimmed(dumpRoot(of: other)), path), fileKind("\(path)/activations") == .folder {
        log.note(
          "--targets names the dump itself: the targets are of its own responses, each scored against the others")
        return nil
      }
      targets = try PersonaTargets(other, space: space, layers: plan.layers, options: options, isSpace: false)
    }
    let names = Set(targets.names)
    guard plan.personas.contains(where: { names.contains($0.source.role) }) else {
      throw FileError(
        path: path,
        fault: StabilityFault.noTargets(personas: plan.personas.map(\.source.role), targets: targets.names))
    }
    return targets
  }

  /// How the work is divided.
  private struct Division {
    let slices: [LayerSlice]
    /// Whether there is memory for the sums of every prompt; not a matter of threads, as it decides on a number.
    let keepsPrompts: Bool
    /// The tasks at a time that memory allows.
    let tasks: Int
  }

  private func division(_ plan: StabilityPlan, shufflesPrompts: Bool) -> Division {
    let (d, bytes) = (space.hiddenSize, MemoryLayout<Double>.size)
    let mostPrompts = plan.personas.reduce(0) { max($0, $1.layout.promptCount) }
    let base = bytes * d * (plan.design.questions + 2 * plan.personas.count + mostPrompts + 64)
    let prompts = bytes * (2 * d * plan.design.prompts + plan.design.prompts * plan.design.prompts)
    let keepsPrompts = shufflesPrompts && base + prompts <= options.memory
    let held = base + (keepsPrompts ? prompts : 0)
    let slices = LayerSlice.plan(
      plan.rows, rowBytes: d * 2, heldPerRow: held, threads: options.threads, memory: options.memory)
    return Division(
      slices: slices, keepsPrompts: keepsPrompts, tasks: max(1, min(options.threads, options.memory / held)))
  }

  private func result(
    _ plan: StabilityPlan, _ labels: RoleTable, _ targets: PersonaTargets?, _ shuffle: PersonaShuffle?,
    _ slices: [LayerSlice],
    _ results: [(outcomes: [StabilitySlice.Outcome], variances: [[(readout: String, variance: PersonaVariance)]])]
  ) throws -> StabilityResult {
    let personas = plan.personas.enumerated().map { index, persona in
      let outcome = results[0].outcomes[index]
      return StabilityResult.Persona(
        name: persona.source.role, label: labels[persona.source.role], count: persona.isWanted.count,
        targetCount: outcome.targetCount, target: outcome.origin, leavesOneOut: outcome.leavesOneOut,
        reason: outcome.reason, clusters: persona.layout.clusterCount)
    }
    var layers: [StabilityResult.Layer] = []
    for (slice, result) in zip(slices, results) {
      for row in 0..<slice.rows.count {
        layers.append(
          StabilityResult.Layer(
            layer: plan.layers[slice.first + row], readings: result.outcomes.map { $0.readings[row] },
            variances: result.variances[row]))
      }
    }
    return StabilityResult(
      personas: personas, layers: layers, design: plan.design, varianceReason: plan.varianceReason,
      cutoffs: options.cutoffs, replicates: options.replicates, drawsQuestions: plan.hasQuestions,
      shufflesPrompts: shuffle?.isOfPrompts,
      responses: try plan.personas.enumerated().map { index, persona in
        let digest = ContentDigest()
        digest.update("\(results[0].outcomes[index].described) \(plan.rows) \(space.hiddenSize)\n")
        digest.update(results.flatMap { $0.outcomes[index].digests }.joined(separator: "\n"))
        return try InputDigest(
          ofResponses: persona.source, relativeTo: responsesRoot(of: path), xxh3: digest.text)
      }, paths: (plan.inputs + (targets?.inputs ?? [])))
  }

  /// What a user should know of the targets.
  private func remark(on result: StabilityResult, _ plan: StabilityPlan, _ targets: PersonaTargets?) {
    let without = result.personas.filter { $0.reason != nil }.map(\.name)
    if !without.isEmpty {
      log.note(
        "no target, and so no resistance, of \(without.count) of \(counted(result.personas.count, "persona")): \(listed(without)); targets take \(plan.minimum) responses of the wanted scores (--score, --min-count), and the column note says what is there"
      )
    }
    if (1..<Interval.leastReplicates).contains(options.replicates) {
      log.note(
        "\(options.replicates) bootstrap samples are too few for intervals: \(Interval.leastReplicates) are needed")
    }
    if let reason = result.varianceReason { log.note("variance.csv says nothing: \(reason)") }
    if targets == nil {
      if !plan.isScored {
        log.note(
          "no scores/: the target of a persona is the mean of all of its responses, so that resistance is near 0 whatever it does; "
            + "instability is not touched by that. --targets names targets of other origin")
      } else {
        let whole = result.personas.filter { $0.leavesOneOut && $0.targetCount == $0.count }.map(\.name)
        if !whole.isEmpty {
          log.note(
            "every response of \(listed(whole)) has a wanted score: where none tells adoption from refusal, resistance is near 0 whatever the model does"
          )
        }
      }
      return
    }
    let own = result.personas.count(where: \.leavesOneOut)
    if own > 0 {
      log.note(
        "the targets of \(own) of \(counted(result.personas.count, "persona")) are the means of the very responses; each response is scored against the others"
      )
    }
    if own < result.personas.count, targets?.areResponses == false {
      log.note(
        "targets are vectors: whether responses are in them is told by whether they are the mean of all, or of those of the wanted scores; otherwise they are taken for others"
      )
    }
  }
}

extension Space {
  /// The first `most` components of each layer of the space in the file at `path`; shape (K, d) each.
  func components(readingFrom path: String, most: Int) throws -> [Matrix] {
    let file = try TensorFile(path: path)
    let entry = try file.tensor(named: "components")
    guard entry.shape.count == 3, entry.shape[0] == layers.count, entry.shape[2] == hiddenSize else {
      throw FileError(path: path, fault: SpaceFileFault.shapes)
    }
    let count = min(most, entry.shape[1])
    return try layers.indices.map { layer in
      let values = try file.read(entry, [layer..<layer + 1, 0..<count, 0..<hiddenSize])
      guard values.allSatisfy(\.isFinite) else { throw FileError(path: path, fault: SpaceFileFault.notFinite) }
      return Matrix(rows: count, columns: hiddenSize, elements: values)
    }
  }
}
