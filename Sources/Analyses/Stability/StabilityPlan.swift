internal import Dumps
internal import Files
internal import Glibc
internal import PersonaSpace

/// Which responses are measured in which layers, and how they hang together.
struct StabilityPlan: Sendable {
  let personas: [PlannedAnswers]
  /// The default's answers, which the personas' are held against; nil if there are fewer than two.
  let assistant: PlannedAnswers?
  let design: ResponseDesign
  /// The layer rows of the files that are read, ascending, and the layer of the space that each is.
  let rows, layers: [Int]
  /// The shape of a response, and a file that has it.
  let shape: [Int]
  let reference: String
  /// Whether the keys name questions, by which samples are drawn.
  let hasQuestions: Bool
  /// Whether responses have scores, which are a second opinion.
  let isScored: Bool
  /// The mean logarithm of the characters of the default's answers; NaN where not all are known.
  var usualLength: Double {
    let known = (assistant?.lengths ?? []).map { $0.map { log($0) } ?? .nan }
    return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
  }
  /// Why nothing can be said of variance; nil if something can.
  var varianceReason: String? {
    if personas.count < 2 { return "one persona, and the variance between personas takes two" }
    return design.count > personas.count ? nil : "one response a persona, and the variance within one takes two"
  }
  /// The scores and tables that were read.
  let inputs: [String]

  /// The responses of the dump at `path`, to be measured in `space`.
  init(_ path: String, space: Space, options: StabilityOptions, log: RunLog) async throws {
    let root = responsesRoot(of: path)
    let manifest = try Manifest.read(inFolder: root)
    if let note = modelNote(manifest.model, of: path, space: space) { log.note(note) }
    var filter = options.filter
    // Scores are a second opinion on all answers, whichever of them make a target.
    filter.scores = filter.scores ?? [3]
    filter.requiresScores = false
    let sources = try ResponseSources(
      at: path, assistantName: options.assistantName, filter: filter, rowLayers: options.rowLayers,
      axes: options.axes, hiddenSize: space.hiddenSize)
    guard let first = sources.roles.first else {
      throw FileError(path: path, fault: StabilityFault.noPersonas(options.assistantName))
    }
    let opened = try ResponseFile(first, slot: options.slot)
    guard opened.hiddenSize == space.hiddenSize else {
      throw FileError(
        path: first.path,
        fault: StabilityFault.hiddenSize("responses", found: opened.hiddenSize, space: space.hiddenSize))
    }
    let shape = [opened.rows, opened.hiddenSize]
    (rows, layers) = try Self.layers(path, manifest, rowCount: opened.rows, space, options, log)
    for note in sources.notes + [opened.shapeNote.map { "\(first.path): \($0)" }].compactMap(\.self) { log.note(note) }
    let found = try await Self.answers(sources, inDump: root, shape: shape, reference: first.path, rows, options, log)
    let used = found.filter { $0.source.role != options.assistantName && !$0.scores.isEmpty }
    guard !used.isEmpty else { throw FileError(path: path, fault: StabilityFault.noPersonas(options.assistantName)) }
    let doses = try PromptTable(inFolder: root)
    for note in PromptNotes.notes(doses, used, assistant: options.assistantName) { log.note(note) }
    let numbering = QuestionNumbering(used)
    hasQuestions = numbering.isKnown
    if !hasQuestions {
      log.note(
        "some keys are not <label>_p<prompt>_q<question>: each response counts as independent of the others, and no variance of prompts or questions is given"
      )
    }
    personas = used.map { PlannedAnswers($0, numbering, doses: doses[$0.source.role]) }
    assistant = found.first { $0.source.role == options.assistantName && $0.scores.count >= 2 }
      .map { PlannedAnswers(assistant: $0, numbering) }
    design = ResponseDesign(Self.cells(personas), isKnown: hasQuestions)
    (self.shape, reference) = (shape, first.path)
    isScored = used.contains { $0.scores.contains { $0 != nil } }
    let table = "\(root)/prompts.csv"
    inputs =
      sources.roles.compactMap { $0.scores?.path } + (fileKind(table) == .missing ? [] : [table])
      + sources.all.map { ResponseLengths.path(inDump: root, role: $0.role) }.filter { fileKind($0) == .file }
  }

  /// What there is of the responses of each role, those with values that are not finite left out where that is asked for.
  private static func answers(
    _ sources: ResponseSources, inDump root: String, shape: [Int], reference: String, _ rows: [Int],
    _ options: StabilityOptions, _ log: RunLog
  ) async throws -> [FoundAnswers] {
    let labels = FileNotes()
    let found = try await concurrentMap(sources.all, threads: options.threads) { source in
      var responses = try OrderedResponses(source, slot: options.slot, shape: shape, reference: reference)
      if let note = responses.file.labelNote { labels.add(note, of: source.path) }
      var excluded: Set<String> = []
      if options.skipsNonFinite {
        excluded = Set(try responses.nonFinite(rows: rows))
        if !excluded.isEmpty {
          responses = try OrderedResponses(
            source, slot: options.slot, shape: shape, reference: reference, excluded: excluded)
        }
      }
      let lengths = try ResponseLengths(inDump: root, role: source.role)
      return FoundAnswers(
        source: source, keys: responses.keys, scores: responses.scores,
        lengths: responses.responses.map { response in lengths.flatMap { $0[response.key] } }, excluded: excluded)
    }
    for note in labels.notes { log.note(note) }
    let excluded = found.reduce(0) { $0 + $1.excluded.count }
    if excluded > 0 {
      log.note("left out \(counted(excluded, "response")) with values that are not finite, or of nothing but zeros")
    }
    return found
  }

  /// The cells of all personas, prompts numbered over all.
  private static func cells(_ personas: [PlannedAnswers]) -> [ResponseDesign.Cell] {
    var (cells, prompts) = ([ResponseDesign.Cell](), 0)
    for (index, persona) in personas.enumerated() {
      let layout = persona.layout
      var counts = [(prompt: Int, question: Int, count: Int)](
        repeating: (0, 0, 0), count: (layout.cells.max() ?? -1) + 1)
      for (place, cell) in layout.cells.enumerated() {
        counts[cell] = (layout.prompts[place], layout.questions[place], counts[cell].count + 1)
      }
      cells += counts.map {
        ResponseDesign.Cell(persona: index, prompt: prompts + $0.prompt, question: $0.question, count: $0.count)
      }
      prompts += layout.promptCount
    }
    return cells
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
}

/// `count` things of the name `noun`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
