internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// The measuring of one persona in one layer.
struct PersonaMeasurement {
  /// What depth is measured against.
  enum Reference {
    case answers(PersonaResponses, other: DefaultAnswers?)
    /// A vector, and the default's beside it.
    case vector([Double], base: [Double], rounding: Double)
  }

  let persona: PlannedAnswers
  /// The activations of its responses, scaled as the frame has it; shape (n, d).
  let matrix: Matrix
  let assistant: LayerAssistant?
  let frame: ReadoutFrame
  let options: StabilityOptions
  /// The mean logarithm of the characters of the default's answers; NaN where they are not known.
  let usualLength: Double

  private var responses: PersonaResponses {
    PersonaResponses(matrix, questions: persona.questions, prompts: persona.prompts)
  }

  /// - Parameters:
  ///   - positions: the axis position of each response.
  ///   - target: the reference; nil without one.
  func reading(positions: [Double], target: Reference?) throws -> PersonaReading {
    let full = persona.full
    let own = responses.selecting(full)
    let states = try states(of: own)
    let found = try? states.get()
    var depth: Result<PersonaDepth, PersonaDepth.Fault>?
    if let assistant { depth = try self.depth(own, found, target, assistant) }
    let agreement = found.flatMap {
      ScoreAgreement(places: $0.places, home: $0.home, scores: full.map { persona.scores[$0] })
    }
    let length = try found.flatMap {
      try ResponseLength(
        places: $0.places, lengths: full.map { persona.lengths[$0] }, questions: own.questions, usual: usualLength,
        floor: $0.floor, replicates: options.replicates, seed: options.seed)
    }
    let column = Matrix(rows: full.count, columns: 1, elements: full.map { positions[$0] })
    return PersonaReading(
      states, depth: depth, zero: assistant?.halves.zero(for: own.count, prompts: own.promptCount),
      agreement: agreement, length: length, positions: PersonaResponses(column, questions: own.questions),
      assistant: assistant?.positions)
  }

  private func states(of own: PersonaResponses) throws -> Result<PersonaStates, StatesFault> {
    guard let assistant else { return .failure(.noDefault) }
    do {
      return .success(
        try PersonaStates(
          of: own, from: assistant.answers, halves: assistant.halves, axisLength: frame.axis.norm,
          criteria: options.criteria, cutoffs: options.cutoffs, samples: options.replicates, seed: options.seed))
    } catch let fault as StatesFault {
      return .failure(fault)
    }
  }

  /// The depth by the reference, or by doses where there is none; nil without either.
  private func depth(
    _ own: PersonaResponses, _ states: PersonaStates?, _ target: Reference?, _ layer: LayerAssistant
  ) throws -> Result<PersonaDepth, PersonaDepth.Fault>? {
    let (samples, seed) = (options.replicates, options.seed)
    let (assistant, reach) = (layer.answers, layer.halves.promptReach)
    do {
      guard let target else {
        guard let doses = persona.doses else { return nil }
        let graded = persona.graded
        return .success(
          try PersonaDepth(
            of: own, graded: responses.selecting(graded), doses: graded.map { doses[$0] }, from: assistant,
            reach: reach, samples: samples, seed: seed))
      }
      let isTold = states?.identification == .identified
      let chosen = own.questions.indices.filter { index in !isTold || !(states.map { $0.home[index] > 0.5 } ?? false) }
      let adopted = chosen.count < 2 ? own : own.selecting(chosen)
      switch target {
      case .answers(let answers, let other):
        if isOwnMean(answers.activations.columnMeans(), rounding: 1e-12) { throw PersonaDepth.Fault.ownMean }
        return .success(
          try PersonaDepth(
            of: adopted, from: assistant, target: answers, other: other, reach: reach, samples: samples, seed: seed))
      case .vector(let vector, let base, let rounding):
        if isOwnMean(vector, rounding: rounding) { throw PersonaDepth.Fault.ownMean }
        return .success(
          try PersonaDepth(
            of: adopted, from: assistant, way: difference(vector, base), rounding: rounding, reach: reach,
            samples: samples, seed: seed))
      }
    } catch let fault as PersonaDepth.Fault {
      return .failure(fault)
    }
  }

  /// Whether a reference is the mean of the very answers, or of those of the wanted scores, but for rounding.
  private func isOwnMean(_ vector: [Double], rounding: Double) -> Bool {
    let wanted = persona.scores.indices.filter { index in
      persona.scores[index].flatMap { Int(exactly: $0) }.map { options.filter.scores?.contains($0) ?? false } ?? false
    }
    return [Array(0..<matrix.rows), wanted].contains { members in
      guard !members.isEmpty else { return false }
      let own = matrix.selectingRows(members).columnMeans()
      return euclideanNorm(difference(vector, own)) <= rounding * euclideanNorm(own)
    }
  }

  /// The lines of `adherence.csv`, without a header. Answers under weaker prompts have neither place nor state in them.
  func lines(_ layer: Int, keys: [String], _ reading: PersonaReading) -> String {
    let parsed = keys.map { ResponseKey($0) }
    let states = try? reading.states.get()
    let rank = Dictionary(uniqueKeysWithValues: persona.full.enumerated().map { ($1, $0) })
    return keys.indices.map { index in
      let place = rank[index]
      return StabilityTables.responseSchema.line(
        StabilityTables.ResponseRow(
          layer: layer, persona: persona.source.role, key: keys[index], prompt: parsed[index]?.prompt,
          question: parsed[index]?.question, run: parsed[index]?.run,
          position: place.flatMap { states?.places[$0] }, home: place.flatMap { states?.home[$0] },
          score: persona.scores[index]))
    }.joined()
  }
}
