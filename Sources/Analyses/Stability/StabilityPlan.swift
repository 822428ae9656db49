internal import Dumps
internal import Files
internal import PersonaSpace

/// Which responses are measured in which layers, and how they hang together.
struct StabilityPlan: Sendable {
  /// One persona.
  struct Persona: Sendable {
    let source: ResponseSources.Source
    let layout: PersonaScatter.ResponseFactors
    /// Whether each response is of the wanted scores.
    let isWanted: [Bool]
    /// The responses that are left out for values that are not finite.
    let excluded: Set<String>

    var wanted: Int { isWanted.count(where: \.self) }
  }

  let personas: [Persona]
  let design: ResponseDesign
  /// The layer rows of the files that are read, ascending, and the layer of the space that each is.
  let rows, layers: [Int]
  /// The shape of a response, and a file that has it.
  let shape: [Int]
  let reference: String
  let isScored: Bool
  /// The responses that a target takes.
  let minimum: Int
  /// Whether the keys name questions, by which samples are drawn.
  let hasQuestions: Bool
  /// Why nothing can be said of variance; nil if something can.
  var varianceReason: String? {
    if personas.count < 2 { return "one persona, and the variance between personas takes two" }
    return design.count > personas.count ? nil : "one response a persona, and the variance within one takes two"
  }
  /// The scores that were read.
  let inputs: [String]

  /// The responses of the dump at `path`, to be measured in `space`.
  init(_ path: String, space: Space, options: StabilityOptions, log: RunLog) async throws {
    let manifest = try Manifest.read(inFolder: responsesRoot(of: path))
    let sources = try ResponseSources(at: path, assistantName: options.assistantName, filter: options.filter)
    guard let first = sources.roles.first else {
      throw FileError(path: path, fault: StabilityFault.noPersonas(options.assistantName))
    }
    let opened = try ResponseFile(first.path, slot: options.slot)
    guard opened.hiddenSize == space.hiddenSize else {
      throw FileError(
        path: first.path,
        fault: StabilityFault.hiddenSize("responses", found: opened.hiddenSize, space: space.hiddenSize))
    }
    let (shape, isScored) = ([opened.rows, opened.hiddenSize], sources.scoresFolder != nil)
    (rows, layers) = try Self.layers(path, manifest, rowCount: opened.rows, space, options, log)
    let rows = rows
    let found = try await concurrentMap(sources.roles, threads: options.threads) { source in
      var responses = try PersonaResponses(source, options, isScored: isScored, shape: shape, reference: first.path)
      var excluded: Set<String> = []
      if options.skipsNonFinite {
        excluded = Set(try responses.nonFinite(rows: rows))
        if !excluded.isEmpty {
          responses = try PersonaResponses(
            source, options, isScored: isScored, shape: shape, reference: first.path, excluded: excluded)
        }
      }
      return Found(source: source, keys: responses.keys, isWanted: responses.isWanted, excluded: excluded)
    }
    let excluded = found.reduce(0) { $0 + $1.excluded.count }
    if excluded > 0 { log.note("left out \(counted(excluded, "response")) with values that are not finite") }
    let used = found.filter { !$0.isWanted.isEmpty }
    guard !used.isEmpty else { throw FileError(path: path, fault: StabilityFault.noPersonas(options.assistantName)) }
    let hasQuestions = used.allSatisfy { $0.keys != nil }
    self.hasQuestions = hasQuestions
    if !hasQuestions {
      log.note(
        "keys that are not <label>_p<prompt>_q<question>: responses count as independent, and the variance within a persona is not divided"
      )
    }
    let numbers = Set(used.flatMap { ($0.keys ?? []).map(\.question) }).sorted()
    let questions = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0) })
    var (cells, prompts) = ([ResponseDesign.Cell](), 0)
    self.personas = used.enumerated().map { index, found in
      let layout = Self.layout(found, hasQuestions: hasQuestions, questions)
      var counts = [(prompt: Int, question: Int, count: Int)](
        repeating: (0, 0, 0), count: (layout.cells.max() ?? -1) + 1)
      for (place, cell) in layout.cells.enumerated() {
        counts[cell] = (layout.prompts[place], layout.questions[place], counts[cell].count + 1)
      }
      cells += counts.map {
        ResponseDesign.Cell(persona: index, prompt: prompts + $0.prompt, question: $0.question, count: $0.count)
      }
      prompts += layout.promptCount
      return Persona(source: found.source, layout: layout, isWanted: found.isWanted, excluded: found.excluded)
    }
    design = ResponseDesign(cells, isKnown: hasQuestions)
    (self.shape, reference, self.isScored) = (shape, first.path, isScored)
    minimum = options.filter.minimum ?? (isScored ? StabilityOptions.usualMinimum : 2)
    inputs = sources.roles.compactMap { $0.scores?.path }
  }

  private struct Found: Sendable {
    let source: ResponseSources.Source
    let keys: [ResponseKey]?
    let isWanted: [Bool]
    let excluded: Set<String>
  }

  /// The rows that are read, and their layers.
  private static func layers(
    _ path: String, _ manifest: Manifest, rowCount: Int, _ space: Space, _ options: StabilityOptions, _ log: RunLog
  ) throws -> (rows: [Int], layers: [Int]) {
    let rowLayers = try located(path) {
      // The dump that the space was fitted to was numbered then as it is now.
      try RowLayers(
        rowCount, of: options.isDumpOfSpace ? .dump : .measured, given: options.rowLayers, manifest: manifest,
        companion: options.isDumpOfSpace ? nil : space.rowLayers
      ).numbers
    }
    let wanted = try located(path) { try options.layers.indices(in: space.layers) }.map { space.layers[$0] }
    let rows = rowLayers.indices.filter { wanted.contains(rowLayers[$0]) }
    let missing = wanted.filter { !rowLayers.contains($0) }
    guard !rows.isEmpty, missing.isEmpty || options.layers == .all else {
      throw FileError(path: path, fault: LayerFault.noSuchLayer(missing.first ?? 0, present: rowLayers))
    }
    if !missing.isEmpty {
      log.note("the responses have \(layerList(rowLayers)); the other layers of the space are left out")
    }
    return (rows, rows.map { rowLayers[$0] })
  }

  private static func layout(
    _ found: Found, hasQuestions: Bool, _ questions: [Int: Int]
  ) -> PersonaScatter.ResponseFactors {
    guard hasQuestions, let keys = found.keys else {
      let zeros = found.isWanted.map { _ in 0 }
      return .init(prompts: zeros, questions: zeros, cells: zeros, clusters: Array(zeros.indices))
    }
    var (prompts, cells) = ([Int](), [Int]())
    for (index, key) in keys.enumerated() {
      let isSamePrompt = index > 0 && (keys[index - 1].label, keys[index - 1].prompt) == (key.label, key.prompt)
      let isSameCell = isSamePrompt && keys[index - 1].question == key.question
      prompts.append((prompts.last ?? -1) + (isSamePrompt ? 0 : 1))
      cells.append((cells.last ?? -1) + (isSameCell ? 0 : 1))
    }
    let own = keys.map { questions[$0.question] ?? 0 }
    let places = Dictionary(uniqueKeysWithValues: Set(own).sorted().enumerated().map { ($1, $0) })
    return .init(prompts: prompts, questions: own, cells: cells, clusters: own.map { places[$0] ?? 0 })
  }
}

/// `count` things of the name `noun`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
