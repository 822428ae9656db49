internal import Dumps
internal import Files

extension ResponseMeans {
  /// What is to be averaged, found and checked before a response is read.
  struct Request: Sendable {
    let sources: ResponseSources
    /// The file that the others must be like.
    let first: ResponseFile
    let reference: String
    /// The rows to average, and the layer of each row of a file.
    let rows, rowLayers: [Int]
    let isScored: Bool
    let minimum: Int
    /// The questions that may be kept; nil for all.
    let questions: Set<Int>?

    /// The layers of `rows`.
    var layers: [Int] { rows.map { rowLayers[$0] } }
  }

  /// Finds what is to be averaged, and says what a user should know of it.
  ///
  /// - Throws: `FileError` for what is wrong with it, as far as that is seen before a response is read.
  func request() async throws -> Request {
    let sources = try options.sources(path)
    guard let reference = sources.all.first else {
      throw FileError(path: path, fault: ResponseFault.noActivations(found: []))
    }
    let first = try ResponseFile(reference, slot: options.slot)
    if let wanted = manifest.hiddenSize, wanted != first.hiddenSize {
      throw FileError(path: reference.path, fault: DumpFault.hiddenSize(found: first.hiddenSize, manifest: wanted))
    }
    let rowLayers = try located(path) {
      try RowLayers(first.rows, of: .dump, given: options.rowLayers, manifest: manifest)
    }
    if let note = rowLayers.note { log.note(note) }
    if let note = noteOnUnreadFiles(in: ["\(path)/activations"]) { log.note(note) }
    let rows = try located(path) { try options.layers.indices(in: rowLayers.numbers) }
    let isScored = sources.scoresFolder != nil
    if !isScored, options.filter.scores != nil { log.note("no scores/: all responses are kept") }
    if let note = first.shapeNote { log.note("\(reference.path): \(note)") }
    for note in sources.notes { log.note(note) }
    try checkScores(sources)
    let minimum = options.filter.minimum ?? (isScored ? ResponseFilter.usualMinimum : 1)
    return Request(
      sources: sources, first: first, reference: reference.path, rows: rows, rowLayers: rowLayers.numbers,
      isScored: isScored,
      minimum: minimum,
      questions: try await options.filter.matchesQuestions ? commonQuestions(sources, isScored, minimum) : nil)
  }

  /// The questions of which every role that has enough responses, and the Assistant, has one left.
  private func commonQuestions(
    _ sources: ResponseSources, _ isScored: Bool, _ minimum: Int
  ) async throws -> Set<Int> {
    let sets = try await concurrentMap(sources.all, threads: options.threads) { source -> Set<Int>? in
      let file = try ResponseFile(source, slot: options.slot)
      let isAssistant = source == sources.assistant
      let kept = try RoleJob.sorted(file, source, isAssistant: isAssistant, options, isScored).kept
      guard kept.count >= (isAssistant ? 1 : minimum) else { return nil }
      return Set(
        try kept.map { response in
          guard let key = ResponseKey(response.key) else {
            throw FileError(path: source.path, fault: VectorsFault.noQuestions(example: response.key))
          }
          return key.question
        })
    }.compactMap(\.self)
    let common = sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
    guard !common.isEmpty else {
      throw FileError(path: path, fault: VectorsFault.noCommonQuestion(roles: sets.count))
    }
    return common
  }

  /// A role must have this many responses; the Assistant, one.
  static func minimum(_ source: ResponseSources.Source, _ request: Request) -> Int {
    source == request.sources.assistant ? 1 : request.minimum
  }
}
