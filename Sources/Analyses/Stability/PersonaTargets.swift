internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import TensorFiles

/// Targets of personas that are not the means of their own responses.
struct PersonaTargets: Sendable {
  /// The target of one persona in some layer rows.
  struct Target: Sendable {
    /// One vector a row; shape (rows)(d).
    let vectors: [[Double]]
    /// The responses it is the mean of; nil if that is not known.
    let count: Int?
    /// Whether the vectors are scaled as the space is.
    let isScaled: Bool
    /// What rounding to the type on disk can have moved a vector by, relative to its length.
    let rounding: Double
  }

  private enum Content: Sendable {
    case responses([String: ResponseSources.Source], isScored: Bool, shape: [Int])
    case vectors(RoleVectorSet, places: [String: Int], rounding: Double, isScaled: Bool)
  }

  private let content: Content
  /// The row of each layer.
  private let rowOfLayer: [Int: Int]
  private let options: StabilityOptions
  private let path: String
  /// The files that are read.
  let inputs: [String]

  /// The names of those that have a target.
  var names: [String] {
    switch content {
    case .responses(let sources, _, _): sources.keys.sorted()
    case .vectors(_, let places, _, _): places.keys.sorted()
    }
  }

  /// Whether they are means of responses of another dump.
  var areResponses: Bool {
    if case .responses = content { return true }
    return false
  }

  /// The targets at `path`: the responses of a dump, or vectors, of which those of a space are scaled as it is.
  init(_ path: String, space: Space, layers: [Int], options: StabilityOptions, isSpace: Bool) throws {
    let path = Paths.trimmed(dumpRoot(of: path))
    (self.path, self.options) = (path, options)
    if fileKind(path) == .missing { throw FileError(path: path, fault: AccessFault.missing) }
    let isFolder = fileKind(path) == .folder
    let recorded = try isFolder ? nil : RecordedVectors(at: path)
    let manifest = try recorded?.manifest ?? Manifest.read(inFolder: path)
    let (rows, hiddenSize): (Int, Int)
    if isFolder, fileKind("\(path)/activations") == .folder {
      let sources = try ResponseSources(at: path, assistantName: options.assistantName, filter: options.filter)
      guard let first = sources.roles.first else {
        throw FileError(path: path, fault: StabilityFault.noPersonas(options.assistantName))
      }
      let file = try ResponseFile(first.path, slot: options.slot)
      (rows, hiddenSize) = (file.rows, file.hiddenSize)
      content = .responses(
        Dictionary(uniqueKeysWithValues: sources.roles.map { ($0.role, $0) }), isScored: sources.scoresFolder != nil,
        shape: [rows, hiddenSize])
      inputs = sources.roles.flatMap { [$0.path] + [$0.scores?.path].compactMap(\.self) }
    } else {
      let sources = try RoleSources(at: path, assistantName: options.assistantName, recorded: recorded)
      let set = try RoleVectorSet(sources)
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
        switch try source.entry(in: file).elementType {
        case .float64: 1e-12
        case .float32: 1e-6
        case .float16: 6e-4
        default: 2.5e-3
        }
      most = max(most, own)
    }
    return most
  }

  /// The target of `persona` in `layers`; nil if there is none, or it is of too few responses.
  func target(of persona: String, layers: [Int], minimum: Int) throws -> Target? {
    let rows = layers.compactMap { rowOfLayer[$0] }
    switch content {
    case .responses(let sources, let isScored, let shape):
      guard let source = sources[persona] else { return nil }
      var responses = try PersonaResponses(source, options, isScored: isScored, shape: shape, reference: path)
      // In any layer, so that the target is of the same responses in all.
      let broken = options.skipsNonFinite ? Set(try responses.nonFinite(rows: rowOfLayer.values.sorted())) : []
      if !broken.isEmpty {
        responses = try PersonaResponses(
          source, options, isScored: isScored, shape: shape, reference: path, excluded: broken)
      }
      let wanted = zip(responses.responses, responses.isWanted).filter(\.1).map(\.0)
      guard wanted.count >= max(minimum, 1) else { return nil }
      let vectors = try zip(rows, layers).map { row, layer in
        try ResponseMoments(wanted, of: responses.file, rows: row..<row + 1, layers: [layer]).means[0]
      }
      try responses.file.file.checkUnchanged()
      return Target(vectors: vectors, count: wanted.count, isScaled: false, rounding: 1e-12)
    case .vectors(let set, let places, let rounding, let isScaled):
      guard let place = places[persona] else { return nil }
      let vectors = try zip(rows, layers).map { row, layer in
        let group = try set.read(row..<row + 1, selection: [place])
        if let broken = group.nonFinite.first { throw broken.error(layer: layer) }
        return Array(group.roles[0].row(0))
      }
      return Target(vectors: vectors, count: nil, isScaled: isScaled, rounding: rounding)
    }
  }
}

extension PersonaTargets.Target {
  /// Whether it is, in every row, the vector that `means` has there but for the rounding of its type.
  func isEqual(to means: [[Double]], factors: [[Double]?]) -> Bool {
    for (row, vector) in vectors.enumerated() {
      let own = isScaled ? means[row].scaled(by: factors[row]) : means[row]
      if euclideanNorm(difference(vector, own)) > rounding * euclideanNorm(own) { return false }
    }
    return true
  }
}
