internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import TensorFiles

/// References of personas that are not the model's own portrayal in the dump: what depth is measured against.
struct PersonaTargets: Sendable {
  /// The reference of one persona, row by row of what was asked for.
  enum Target {
    /// Other answers, with the default's beside them; `other` is nil where that dump has no default.
    case answers([PersonaResponses], other: [DefaultAnswers]?)
    /// The vectors, and that of the default beside them (nil: the space's); `rounding` is what rounding to the type on disk can have
    /// moved one by, relative to its length.
    case vectors([[Double]], other: [[Double]]?, rounding: Double)
  }

  private enum Content: Sendable {
    case responses(ResponseSources, shape: [Int])
    case vectors(RoleVectorSet, places: [String: Int], rounding: Double, isScaled: Bool)
  }

  private let content: Content
  /// The row of each layer.
  private let rowOfLayer: [Int: Int]
  private let options: StabilityOptions
  private let path: String
  /// The files that are read.
  let inputs: [String]

  /// The names of those that have a reference.
  var names: [String] {
    switch content {
    case .responses(let sources, _): sources.roles.map(\.role)
    case .vectors(_, let places, _, _): places.keys.sorted()
    }
  }

  /// The references at `path`: the responses of a dump, or vectors, of which those of a space are scaled as it is.
  init(_ path: String, space: Space, layers: [Int], options: StabilityOptions, isSpace: Bool, log: RunLog) throws {
    let path = Paths.trimmed(dumpRoot(of: path))
    (self.path, self.options) = (path, options)
    if fileKind(path) == .missing { throw FileError(path: path, fault: AccessFault.nothing(at: path)) }
    let isFolder = fileKind(path) == .folder
    let recorded = try isFolder ? nil : RecordedVectors(at: path)
    let manifest = try recorded?.manifest ?? Manifest.read(inFolder: path)
    let (rows, hiddenSize): (Int, Int)
    if isFolder, fileKind("\(path)/activations") == .folder {
      let sources = try ResponseSources(
        at: path, assistantName: options.assistantName, filter: options.filter, hiddenSize: space.hiddenSize)
      guard let first = sources.roles.first else {
        throw FileError(path: path, fault: StabilityFault.noPersonas(options.assistantName))
      }
      let file = try ResponseFile(first, slot: options.slot)
      (rows, hiddenSize) = (file.rows, file.hiddenSize)
      content = .responses(sources, shape: [rows, hiddenSize])
      inputs = sources.all.flatMap { [$0.path] + [$0.scores?.path].compactMap(\.self) }
    } else {
      var expected = ExpectedShape(manifest)
      expected.hiddenSize = expected.hiddenSize ?? space.hiddenSize
      let set = try RoleVectorSet(
        try RoleSources(
          at: path, assistantName: options.assistantName, recorded: recorded, expecting: expected), expecting: expected)
      for note in set.notes { log.note("\(path): \(note)") }
      let sources = set.sources
      (rows, hiddenSize) = (set.rows, set.hiddenSize)
      let places = Dictionary(uniqueKeysWithValues: sources.roles.enumerated().map { ($1.name, $0) })
      content = .vectors(set, places: places, rounding: try Self.rounding(sources), isScaled: isSpace)
      inputs = sources.roles.map(\.path).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
    guard hiddenSize == space.hiddenSize else {
      throw FileError(
        path: path, fault: StabilityFault.hiddenSize("targets", found: hiddenSize, space: space.hiddenSize))
    }
    let numbers = try located(path) {
      try RowLayers(rows, of: .targets, manifest: manifest, companion: space.rowLayers).numbers
    }
    rowOfLayer = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0) })
    for layer in layers where rowOfLayer[layer] == nil {
      throw FileError(path: path, fault: LayerFault.noSuchLayer(layer, present: numbers))
    }
  }

  /// What the least exact of the types of `sources` rounds by.
  private static func rounding(_ sources: RoleSources) throws -> Double {
    var (most, open) = (0.0, nil as TensorFile?)
    for source in sources.roles {
      let file: TensorFile
      if let known = open, known.path == source.path { file = known } else { file = try TensorFile(path: source.path) }
      open = file
      let own: Double =
        switch try source.elementType(in: file) {
        case .float64: 1e-12
        case .float32: 1e-6
        case .float16: 6e-4
        default: 2.5e-3
        }
      most = max(most, own)
    }
    return most
  }

  /// The reference of `persona` in `layers`; nil if there is none, or it is of too few responses.
  ///
  /// - Parameters:
  ///   - factors: what activations of each of the layers are multiplied by.
  ///   - assistant: the default of that dump, as `assistant(layers:factors:)` gives it.
  func target(
    of persona: String, layers: [Int], factors: [[Double]?], assistant: [DefaultAnswers]?
  ) throws -> Target? {
    switch content {
    case .responses(let sources, let shape):
      guard let source = sources.roles.first(where: { $0.role == persona }) else { return nil }
      let isScored = sources.scoresFolder != nil && options.filter.scores != nil
      guard let answers = try answers(source, shape, layers, factors, isScored: isScored) else { return nil }
      return .answers(answers, other: assistant)
    case .vectors(let set, let places, let rounding, let isScaled):
      guard let place = places[persona] else { return nil }
      var (vectors, others) = ([[Double]](), [[Double]]())
      for (layer, factors) in zip(layers, factors) {
        let row = rowOfLayer[layer] ?? 0
        let group = try set.read(row..<row + 1, selection: [place])
        if let broken = group.nonFinite.first { throw broken.error(layer: layer) }
        let own = isScaled ? nil : factors
        vectors.append(Array(group.roles[0].row(0)).scaled(by: own))
        if let other = group.assistant.first { others.append(other.scaled(by: own)) }
      }
      return .vectors(vectors, other: others.count == layers.count ? others : nil, rounding: rounding)
    }
  }

  /// The default's answers beside the references in `layers`; nil if there are none.
  func assistant(layers: [Int], factors: [[Double]?]) throws -> [DefaultAnswers]? {
    guard case .responses(let sources, let shape) = content, let source = sources.assistant else { return nil }
    return try answers(source, shape, layers, factors, isScored: false)?.map { DefaultAnswers($0) }
  }

  /// The answers of one role of the other dump; nil if too few have a wanted score, or there are fewer than two.
  private func answers(
    _ source: ResponseSources.Source, _ shape: [Int], _ layers: [Int], _ factors: [[Double]?], isScored: Bool
  ) throws -> [PersonaResponses]? {
    let rows = layers.map { rowOfLayer[$0] ?? 0 }
    var ordered = try OrderedResponses(source, slot: options.slot, shape: shape, reference: path)
    // In any layer, so that the reference is of the same responses in all.
    let broken = options.skipsNonFinite ? Set(try ordered.nonFinite(rows: rowOfLayer.values.sorted())) : []
    if !broken.isEmpty {
      ordered = try OrderedResponses(source, slot: options.slot, shape: shape, reference: path, excluded: broken)
    }
    let wanted = options.filter.scores
    let kept = ordered.responses.indices.filter { index in
      guard isScored, let wanted else { return true }
      return ordered.scores[index].flatMap { Int(exactly: $0) }.map(wanted.contains) ?? false
    }
    let least = isScored ? options.filter.minimum ?? StabilityOptions.usualMinimum : options.filter.minimum ?? 2
    guard kept.count >= max(least, 2) else { return nil }
    let questions = kept.map { ordered.keys?[$0].question ?? $0 }
    return try zip(rows, layers).enumerated().map { place, pair in
      let matrices = try AnswerMatrices(
        ordered, kept.map { ordered.responses[$0] }, rows: pair.0..<pair.0 + 1, numbers: [pair.1],
        factors: [factors[place]])
      return PersonaResponses(matrices.layers[0], questions: questions)
    }
  }
}
