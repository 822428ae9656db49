internal import Dumps
public import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics
internal import TensorFiles

/// Measures resistance, depth and instability of every persona of a dump, and where the variance of its responses sits.
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
    let levels = plan.personas.map { Double(labels[$0.source.role].level) ?? .nan }
    let shuffle = options.replicates > 0 ? PersonaShuffle(of: plan.design, seed: options.seed) : nil
    let division = try division(plan, shufflesPrompts: shuffle?.isOfPrompts ?? false)
    let (slices, keepsPrompts) = (division.slices, division.keepsPrompts)
    let done = Counter()
    let all = slices.count * plan.personas.count
    let results = try await concurrentMap(slices, threads: division.tasks) { [space, components, options, log] slice in
      let layers = (slice.first..<slice.first + slice.rows.count).map { plan.layers[$0] }
      let frames = layers.compactMap { layer in space.layers.firstIndex(of: layer) }.map { index in
        ReadoutFrame(axis: space.axes[index], components: components[index], factors: space.factors?[index])
      }
      do {
        return try await StabilitySlice(
          plan: plan, targets: targets, options: options, shuffle: shuffle, keepsPrompts: keepsPrompts,
          rows: slice.rows, layers: layers, frames: frames, levels: levels, tasks: division.personas
        ).run { log.progress("stability", done.next(), all) }
      } catch {
        throw placed(error, in: self.path)
      }
    }
    let result = try result(plan, labels, targets, shuffle, slices, results)
    remark(on: result, plan, places: results.flatMap(\.places), prompts: results[0].comparablePrompts)
    try output.write(StabilityTables.personas(result), to: Self.outputs[0])
    try output.write(StabilityTables.variance(result), to: Self.outputs[1])
    if options.listsResponses {
      let file = try output.file(named: Self.responseOutputs[0])
      try file.write(StabilityTables.responseSchema.header)
      for (slice, part) in zip(slices, results) {
        for row in 0..<slice.rows.count { for outcome in part.outcomes { try file.write(outcome.lines[row]) } }
      }
      try file.close()
    }
    if result.layers.contains(where: { !$0.trends.isEmpty }) {
      try output.write(StabilityTables.trends(result), to: Self.trendOutputs[0])
    }
    return result
  }

  private func targets(_ plan: StabilityPlan) throws -> PersonaTargets? {
    let targets: PersonaTargets
    switch options.target {
    case .none: return nil
    case .space:
      targets = try PersonaTargets(
        spacePath, space: space, layers: plan.layers, options: options, isSpace: true, log: log)
    case .path(let other):
      if areSameFile(Paths.trimmed(dumpRoot(of: other)), path), fileKind("\(path)/activations") == .folder {
        log.note(
          "--targets names the dump itself, which is the model's own portrayal: no depth is given; name another dump")
        return nil
      }
      targets = try PersonaTargets(
        other, space: space, layers: plan.layers, options: options, isSpace: false,
        log: log)
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
    /// The slices at a time that memory allows, and of each the personas.
    let tasks, personas: Int
  }

  /// - Throws: `FileError` if a memory limit is known to be below what one task takes of one layer.
  private func division(_ plan: StabilityPlan, shufflesPrompts: Bool) throws -> Division {
    let (d, bytes) = (space.hiddenSize, MemoryLayout<Double>.size)
    let mostPrompts = plan.personas.reduce(0) { max($0, $1.layout.promptCount) }
    let mostAnswers = plan.personas.reduce(0) { max($0, $1.count) }
    // The answers of one persona and of the default are held, and differences of both.
    let answers = 3 * mostAnswers + 3 * (plan.assistant?.count ?? 0)
    let base = bytes * d * (plan.design.questions + 2 * plan.personas.count + mostPrompts + 64 + answers)
    try MemoryBudget().require(
      base, for: "\(counted(plan.personas.count, "persona")) of up to \(counted(mostAnswers, "answer")) in one layer",
      of: path, advice: "keep fewer answers a persona")
    let prompts = bytes * (2 * d * plan.design.prompts + plan.design.prompts * plan.design.prompts)
    let keepsPrompts = shufflesPrompts && base + prompts <= options.memory
    let held = base + (keepsPrompts ? prompts : 0)
    let slices = LayerSlice.plan(
      plan.rows, rowBytes: d * 2, heldPerRow: held, threads: options.threads, memory: options.memory)
    let tasks = max(1, min(options.threads, options.memory / held, slices.count))
    // Of one slice more: what is held of a persona, with its prompts' sums.
    let more = bytes * d * (answers + 2 * mostPrompts) * (slices.map(\.rows.count).max() ?? 1)
    let room = options.memory / tasks - held
    return Division(
      slices: slices, keepsPrompts: keepsPrompts, tasks: tasks,
      personas: max(1, min(options.threads / tasks, 1 + max(0, room) / max(1, more))))
  }

  private func result(
    _ plan: StabilityPlan, _ labels: RoleTable, _ targets: PersonaTargets?, _ shuffle: PersonaShuffle?,
    _ slices: [LayerSlice], _ results: [StabilitySlice.Result]
  ) throws -> StabilityResult {
    let personas = plan.personas.map { persona in
      StabilityResult.Persona(
        name: persona.source.role, label: labels[persona.source.role], count: persona.full.count,
        questions: Set(persona.full.map { persona.questions[$0] }).count,
        hasOneWording: persona.promptCount == 1 && results[0].comparablePrompts < 2 && plan.assistant != nil,
        isScored: persona.scores.contains { $0 != nil })
    }
    var layers: [StabilityResult.Layer] = []
    for (slice, result) in zip(slices, results) {
      for row in 0..<slice.rows.count {
        layers.append(
          StabilityResult.Layer(
            layer: plan.layers[slice.first + row], readings: result.outcomes.map { $0.readings[row] },
            variances: result.variances[row], trends: result.trends[row]))
      }
    }
    var responses = try plan.personas.enumerated().map { index, persona in
      try digest(
        persona, results[0].outcomes[index].described, results.flatMap { $0.outcomes[index].digests }, plan)
    }
    if let assistant = plan.assistant {
      responses.append(
        try digest(
          assistant, results[0].assistant?.described ?? "", results.flatMap { $0.assistant?.digests ?? [] }, plan))
    }
    return StabilityResult(
      personas: personas, layers: layers, design: plan.design, varianceReason: plan.varianceReason,
      cutoffs: options.cutoffs, replicates: options.replicates, drawsQuestions: plan.hasQuestions,
      shufflesPrompts: shuffle?.isOfPrompts, hasDefault: plan.assistant != nil, responses: responses,
      paths: plan.inputs + (targets?.inputs ?? []))
  }

  /// The digest of what was read of the responses of a role.
  private func digest(
    _ answers: PlannedAnswers, _ described: String, _ digests: [String], _ plan: StabilityPlan
  ) throws -> InputDigest {
    let digest = ContentDigest()
    digest.update("\(described) \(plan.rows) \(space.hiddenSize)\n")
    digest.update(digests.joined(separator: "\n"))
    return try InputDigest(
      ofResponses: answers.source, relativeTo: responsesRoot(of: path), xxh3: digest.text)
  }

  /// What a user should know of the design.
  ///
  /// - Parameters:
  ///   - places: the mean axis position of the default's answers in each layer; none without answers of it.
  ///   - prompts: the default's prompts that answer the same questions.
  private func remark(on result: StabilityResult, _ plan: StabilityPlan, places: [Double], prompts: Int) {
    if (1..<Interval.leastReplicates).contains(options.replicates) {
      log.note(
        "\(options.replicates) bootstrap samples are too few for intervals: \(Interval.leastReplicates) are needed")
    }
    if let reason = result.varianceReason { log.note("variance.csv says nothing: \(reason)") }
    guard let assistant = plan.assistant else {
      return log.note(
        "activations/ has no responses of '\(options.assistantName)': resistance and instability are not told without; dump its answers to the same questions, or name it with --default"
      )
    }
    // The default of the space is at 1, the mean role at 0.
    if let index = places.indices.max(by: { abs(places[$0] - 1) < abs(places[$1] - 1) }), abs(places[index] - 1) > 0.5 {
      log.note(
        "the default's answers lie at \((100 * places[index]).rounded() / 100) of the axis at layer \(plan.layers[index]), where the space has it at 1: was the space fitted to other activations? Fit it to this dump: persona fit"
      )
    }
    if prompts < 2 {
      let reason =
        switch assistant.promptCount {
        case 0: "the default's keys name no prompts"
        case 1: "the default has one prompt"
        default: "no prompt of the default can be set against its others, which must answer two of its questions twice"
        }
      log.note(
        "\(reason): how far another wording alone moves answers is not known, and a departure from the default may be that; ask the default the same questions under several prompts that ask for nobody (keys default_p<prompt>_q<question>)"
      )
    }
    let asked = Set(assistant.questions)
    let unknown = plan.personas.filter { !asked.isSuperset(of: $0.questions) }
    if !unknown.isEmpty {
      log.note(
        "the default did not answer all questions of \(listed(unknown.map(\.source.role))): its mean over all its answers is taken off, and effects of questions stay in"
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
