internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// The responses of a pilot in one layer: read once for their means, where these are wanted, and once for their places.
struct PilotResponses: Sendable {
  private let sources: ResponseSources
  private let options: PlanOptions
  private let path: String
  private let log: RunLog
  /// The row of the files that is read, and the layer that it is.
  private let row, layer: Int
  private let rowLayers: [Int]
  private let shape: [Int]
  private let reference: String

  /// Finds those of the dump at `path`.
  ///
  /// - Throws: `FileError` if there are none of a role, or the layer is not there.
  init(_ path: String, manifest: Manifest, options: PlanOptions, log: RunLog) throws {
    var filter = ResponseFilter()
    filter.scores = nil
    sources = try ResponseSources(
      at: path, assistantName: options.assistantName, filter: filter, rowLayers: options.rowLayers)
    for note in sources.notes { log.note(note) }
    guard let first = sources.roles.first else {
      throw FileError(path: path, fault: StabilityFault.noPersonas(options.assistantName))
    }
    let opened = try ResponseFile(first, slot: options.slot)
    if let note = opened.shapeNote { log.note("\(first.path): \(note)") }
    let labels = FileNotes()
    for source in sources.all {
      if let note = try ResponseFile(source, slot: options.slot).labelNote { labels.add(note, of: source.path) }
    }
    for note in labels.notes { log.note(note) }
    (shape, reference) = ([opened.rows, opened.hiddenSize], first.path)
    let (rows, given) = (opened.rows, options.rowLayers)
    rowLayers = try located(path) { try RowLayers(rows, of: .dump, given: given, manifest: manifest).numbers }
    row = try PilotVectors.row(of: options.layer, in: rowLayers, path)
    layer = rowLayers[row]
    (self.options, self.path, self.log) = (options, path, log)
  }

  /// The responses of `source`, one a row, and their keys.
  private func read(_ source: ResponseSources.Source) throws -> (responses: Matrix, keys: [ResponseKey]?) {
    var ordered = try OrderedResponses(source, slot: options.slot, shape: shape, reference: reference)
    if options.skipsNonFinite {
      let excluded = Set(try ordered.nonFinite(rows: [row]))
      if !excluded.isEmpty {
        ordered = try OrderedResponses(
          source, slot: options.slot, shape: shape, reference: reference, excluded: excluded)
      }
    }
    let matrices = try AnswerMatrices(ordered, rows: row..<row + 1, numbers: [layer], factors: [nil])
    return (matrices.layers[0], ordered.keys)
  }

  /// The mean of all responses of each role, and of the default.
  ///
  /// - Throws: `FileError` if the default has none, or there are too few roles.
  func means() async throws -> PilotVectors {
    guard sources.assistant != nil else {
      throw FileError(
        path: path, fault: DumpFault.noDefault(name: options.assistantName, roles: sources.roles.map(\.role)))
    }
    guard sources.roles.count >= 2 else {
      throw FileError(path: path, fault: DumpFault.tooFewRoles(sources.roles.count))
    }
    let done = Counter()
    let means = try await concurrentMap(sources.all, threads: options.threads) { [log, sources] source in
      defer { log.progress("plan", done.next(), 2 * sources.all.count) }
      return try read(source).responses.columnMeans()
    }
    return PilotVectors(
      layer: layer, isMiddle: options.layer == nil && rowLayers.count > 1, rowLayers: rowLayers,
      names: sources.roles.map(\.role), roles: Matrix(Array(means.dropFirst()), columns: shape[1]), assistant: means[0])
  }

  /// Where the answers lie along `axis`, of the layer `wanted`; nil, with a note, if the responses do not go with it or their keys
  /// name no questions.
  func answers(
    along axis: AssistantAxis, layer wanted: Int
  ) async throws -> (roles: [RolePilot.Answers], assistant: RolePilot.Answers?)? {
    guard wanted == layer, axis.unit.count == shape[1] else {
      log.note("the responses have other layers or dimensions than the vectors: no number of questions is planned")
      return nil
    }
    let found = try await concurrentMap(sources.all, threads: options.threads) { source -> RolePilot.Answers? in
      let (matrix, keys) = try read(source)
      guard let keys else { return nil }
      let positions = (0..<matrix.rows).map { axis.reading(of: matrix.row($0)).position }
      return RolePilot.Answers(
        role: source.role, positions: positions, questions: keys.map(\.question), prompts: Self.prompts(keys))
    }
    guard found.dropFirst(sources.assistant == nil ? 0 : 1).allSatisfy({ $0 != nil }) else {
      log.note("some keys are not <label>_p<prompt>_q<question>: no number of questions is planned")
      return nil
    }
    let all = found.compactMap(\.self)
    return (all.filter { $0.role != options.assistantName }, all.first { $0.role == options.assistantName })
  }

  /// A number for each prompt of `keys`, of its label and its own number.
  private static func prompts(_ keys: [ResponseKey]) -> [Int] {
    var numbers: [String: Int] = [:]
    return keys.map { key in
      let name = "\(key.label)_\(key.prompt)"
      let number = numbers[name] ?? numbers.count
      numbers[name] = number
      return number
    }
  }
}
