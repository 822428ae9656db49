internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// The measuring of some layer rows of all personas. Some personas are measured side by side and added up in their order: the bits depend
/// neither on threads nor on how layers are divided. Each response is read once.
struct StabilitySlice: Sendable {
  /// What one persona gave.
  struct Outcome: Sendable {
    /// One reading a row.
    var readings: [PersonaReading]
    /// The keys of the responses and their type, and the digest of the elements of each row.
    let described: String
    let digests: [String]
    /// The lines of the table of responses, one text a row; empty if they are not wanted.
    let lines: [String]
  }

  /// What all gave, layer by layer where a list has one a layer.
  struct Result: Sendable {
    var outcomes: [Outcome] = []
    /// Those of the default; nil without it.
    var assistant: (described: String, digests: [String])?
    /// Its mean axis position in each layer, and its prompts that answer the same questions.
    var places: [Double] = []
    var comparablePrompts = 0
    var variances: [[(readout: String, variance: PersonaVariance)]] = []
    var trends: [[StabilityTrend]] = []
  }

  let plan: StabilityPlan
  let targets: PersonaTargets?
  let options: StabilityOptions
  let shuffle: PersonaShuffle?
  let keepsPrompts: Bool
  let rows: Range<Int>
  let layers: [Int]
  let frames: [ReadoutFrame]
  /// The level of each persona; NaN where it is not known.
  let levels: [Double]
  /// The personas that are measured side by side.
  let tasks: Int

  private var factors: [[Double]?] { frames.map(\.factors) }

  /// Measures every persona, and the variance and the trends in each layer; `done` is called after each persona.
  func run(done: @Sendable () -> Void) async throws -> Result {
    var sums = frames.map {
      LayerVariance($0, design: plan.design, shuffle: shuffle, keepsPrompts: keepsPrompts)
    }
    var result = Result()
    let assistants = try assistants(&result)
    let others = try targets?.assistant(layers: layers, factors: factors)
    for start in stride(from: 0, to: plan.personas.count, by: tasks) {
      let some = Array(plan.personas[start..<min(start + tasks, plan.personas.count)])
      let found = try await concurrentMap(some, threads: tasks) { persona in
        try measure(persona, assistants, others)
      }
      for persona in found {
        for row in frames.indices { sums[row].add(persona.scatters[row], of: persona.matrices[row]) }
        result.outcomes.append(persona.outcome)
        done()
      }
    }
    let readings = frames.indices.map { row in result.outcomes.map { $0.readings[row] } }
    result.trends = try await concurrentMap(readings, threads: tasks) { [levels, options] in
      StabilityTrend.all($0, levels: levels, replicates: options.replicates, seed: options.seed)
    }
    for index in result.outcomes.indices {
      for row in frames.indices { result.outcomes[index].readings[row] = readings[row][index].summary }
    }
    if plan.varianceReason == nil {
      let drawn = resamples(of: plan.personas.count)
      result.variances = try await concurrentMap(sums, threads: tasks) { try $0.variances(weights: drawn) }
    } else {
      result.variances = sums.map { _ in [] }
    }
    return result
  }

  /// The default in each row; none without one.
  private func assistants(_ result: inout Result) throws -> [LayerAssistant] {
    guard let planned = plan.assistant else { return [] }
    let matrices = try matrices(planned)
    result.assistant = (matrices.described, matrices.digests)
    let assistants = try zip(matrices.layers, frames).map {
      try LayerAssistant($0, planned, $1, seed: options.seed)
    }
    result.places = assistants.map(\.place)
    result.comparablePrompts = assistants.map(\.halves.promptCount).max() ?? 0
    return assistants
  }

  private func matrices(_ planned: PlannedAnswers) throws -> AnswerMatrices {
    let ordered = try OrderedResponses(
      planned.source, slot: options.slot, shape: plan.shape, reference: plan.reference, excluded: planned.excluded)
    guard ordered.responses.count == planned.count, ordered.scores == planned.scores else {
      throw FileError(path: planned.source.path, fault: AccessFault.changed)
    }
    return try AnswerMatrices(ordered, rows: rows, numbers: layers, factors: factors)
  }

  /// What one persona gave, and what of it goes into the variances; one a row.
  private struct Measured: Sendable {
    let outcome: Outcome
    let scatters: [PersonaScatter]
    let matrices: [Matrix]
  }

  private func measure(
    _ persona: PlannedAnswers, _ assistants: [LayerAssistant], _ others: [DefaultAnswers]?
  ) throws -> Measured {
    let matrices = try matrices(persona)
    let target = try targets?.target(
      of: persona.source.role, layers: layers, factors: factors, assistant: others)
    var (readings, lines, scatters) = ([PersonaReading](), [String](), [PersonaScatter]())
    for (row, frame) in frames.enumerated() {
      let matrix = matrices.layers[row]
      let scatter = try PersonaScatter(of: matrix, frame, layout: persona.layout)
      scatters.append(scatter)
      let measurement = PersonaMeasurement(
        persona: persona, matrix: matrix, assistant: assistants.isEmpty ? nil : assistants[row], frame: frame,
        options: options, usualLength: plan.usualLength)
      let reading = try measurement.reading(
        positions: scatter.positions, target: target.map { reference($0, row) })
      if options.listsResponses {
        lines.append(measurement.lines(layers[row], keys: matrices.keys, reading))
      }
      readings.append(reading)
    }
    let outcome = Outcome(
      readings: readings, described: matrices.described, digests: matrices.digests, lines: lines)
    return Measured(outcome: outcome, scatters: scatters, matrices: matrices.layers)
  }

  /// The reference in one row.
  private func reference(_ target: PersonaTargets.Target, _ row: Int) -> PersonaMeasurement.Reference {
    switch target {
    case .answers(let answers, let other): .answers(answers[row], other: other?[row])
    case .vectors(let vectors, let other, let rounding):
      .vector(vectors[row], base: other?[row] ?? frames[row].axis.assistant, rounding: rounding)
    }
  }

  /// How often each of `size` personas is in each bootstrap sample; nil if there are none.
  private func resamples(of size: Int) -> Matrix? {
    guard options.replicates > 0 else { return nil }
    let samples = Resamples(of: size, count: options.replicates, seed: options.seed, purpose: .roles)
    return Matrix((0..<options.replicates).map { samples.counts($0) }, columns: size)
  }
}
