internal import Dumps
internal import Files
internal import Statistics
internal import TensorFiles

/// What a run over responses is of: by it parts of one are told from those of other files or options.
struct VectorsIdentity: PartIdentity {
  static let kind = PartKind.vectors

  let tool: String
  /// The dump's name, for messages, and whether it is a folder.
  let dump: String
  let isFolder: Bool
  /// The roles, the default first if it has responses.
  let roles: [String]
  let hasAssistant: Bool
  /// The files of responses, of scores, and of the default's vector.
  let inputs: [PartInput]
  let shape: AveragedResponses.Shape
  let isScored: Bool
  let minimum: Int
  /// The questions that were kept; nil without `--match-questions`.
  let matched: [Int]?
  let description: VectorsDescription
  /// The type of the vectors, and options that say how files are read.
  let type: String
  let reading: [String: String]
  /// Whether the effects of questions are looked for.
  let findsQuestionEffects: Bool
  /// The questions that parts hold sums of; nil where there are none to hold.
  let questions: [Int]?

  var isSound: Bool {
    (1...ResponseFile.mostDimensions).contains(shape.hiddenSize) && !shape.layers.isEmpty
      && shape.rows.count == shape.layers.count && !roles.isEmpty && ElementType(rawValue: type) != nil
      && questions.map { !$0.isEmpty && $0.count <= ResponseFile.mostResponses } ?? true
  }

  /// What differs from `other`, in words; nil if nothing does.
  func difference(from other: Self) -> String? {
    if tool != other.tool { return "it was made by version \(tool), and that by \(other.tool)" }
    if let difference = PartInput.difference(of: inputs, from: other.inputs) { return difference }
    let (own, others) = (written, other.written)
    if let option = own.keys.sorted().first(where: { own[$0] != others[$0] }) {
      return "--\(option) is '\(own[option] ?? "")' here, and '\(others[option] ?? "")' there"
    }
    if shape.layers != other.shape.layers {
      return "it has \(layerList(shape.layers)), and that \(layerList(other.shape.layers))"
    }
    return self == other ? nil : "manifest.json or roles.csv is another, or what the files say"
  }

  /// The options, by their long names.
  private var written: [String: String] {
    var options = description.options.merging(reading) { own, _ in own }
    (options["min-count"], options["dtype"]) = ("\(minimum)", type)
    // There is no option of that name.
    let isAdjusted = options.removeValue(forKey: "question-adjustment")
    options["no-question-adjustment"] = isAdjusted == "false" ? "true" : "false"
    return options
  }
}

extension ResponseMeans {
  /// What was seen of a role before its responses are averaged.
  private struct Survey: Sendable {
    let inputs: [PartInput]
    /// The questions of its answers; nil of a role with too few.
    let tally: QuestionTally?
  }

  /// What parts of this run are of. Every file is opened, and looked into.
  ///
  /// - Parameter beside: the file of the default's vector, where it is one.
  func identity(
    _ request: Request, _ description: VectorsDescription, beside: String?, type: ElementType
  ) async throws -> VectorsIdentity {
    let surveys = try await concurrentMap(request.sources.all, threads: options.threads) {
      try survey($0, request)
    }
    let sources = request.sources
    return VectorsIdentity(
      tool: toolVersion, dump: Paths.lastComponent(of: resolvedPath(path) ?? path), isFolder: fileKind(path) == .folder,
      roles: sources.all.map(\.role), hasAssistant: sources.assistant != nil,
      inputs: try surveys.flatMap(\.inputs) + [beside].compactMap { try $0.map { try PartInput(at: $0) } },
      shape: .init(
        layers: request.layers, rows: request.rows, rowCount: request.first.rows, hiddenSize: request.first.hiddenSize),
      isScored: request.isScored, minimum: request.minimum, matched: request.questions?.sorted(),
      description: description, type: type.rawValue,
      reading: ["axes": options.axes?.text ?? "", "row-layers": options.rowLayers?.text ?? ""],
      findsQuestionEffects: options.findsQuestionEffects,
      questions: questions(surveys.map(\.tally), hasAssistant: sources.assistant != nil))
  }

  /// Opens the files of a role, digests what its responses are called, and one row of the first.
  private func survey(_ source: ResponseSources.Source, _ request: Request) throws -> Survey {
    let file = try ResponseFile(source, slot: options.slot)
    let content = ContentDigest()
    content.update(file.responses.map(\.key).joined(separator: "\n"))
    // A shape that is another is refused by the part that averages the role.
    if let first = file.responses.first, file.rows == request.first.rows {
      let row = request.rows[request.rows.count / 2]
      content.update(ElementType.float64.encode(try file.values(first, row..<row + 1)[...])[...])
    }
    let scores = try source.scores.map { scores in
      let digest = ContentDigest()
      try forEachPiece(of: scores.path) { digest.update($0[...]) }
      return try PartInput(at: scores.path, content: digest.text)
    }
    let isAssistant = source == request.sources.assistant
    let kept = try RoleJob.sorted(file, source, isAssistant: isAssistant, options, request.isScored).kept
    return Survey(
      inputs: [try PartInput(at: source.path, content: content.text)] + [scores].compactMap(\.self),
      tally: kept.count >= Self.minimum(source, request)
        ? QuestionTally(kept.map { ResponseKey($0.key)?.question }) : nil)
  }

  /// The questions that vectors may have to be freed of, as keys and scores say; nil if they need not.
  private func questions(_ tallies: [QuestionTally?], hasAssistant: Bool) -> [Int]? {
    guard options.findsQuestionEffects, hasAssistant, let assistant = tallies[0] else { return nil }
    if options.skipsNonFinite {
      // Which answers are left out for their values nobody knows yet: all that may be wanted.
      return assistant.counts.isEmpty ? nil : assistant.counts.keys.sorted()
    }
    let used = tallies.compactMap(\.self)
    let layout = QuestionLayout(assistant: true, used, isWanted: used.count > 1)
    return layout.table == nil ? nil : layout.questions
  }
}
