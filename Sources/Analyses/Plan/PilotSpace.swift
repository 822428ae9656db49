internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// The axis of a pilot in one layer, and where its answers lie along it.
struct PilotSpace: Sendable {
  let layer: Int
  /// Whether that is the middle one of several.
  let isMiddle: Bool
  let fit: LayerSpace
  /// One role vector a row; shape (R, d).
  let roles: Matrix
  /// The layer as a space that turns are read in.
  let space: Space
  /// The answers of the roles and of the default; nil without responses.
  let answers: (roles: [RolePilot.Answers], assistant: RolePilot.Answers?)?
  /// What a user should know.
  let notes: [String]

  /// Of the dump at `path`: by its vectors, or where there are none by the means of all its responses.
  ///
  /// - Throws: `FileError` for what is wrong with it.
  init(_ path: String, options: PlanOptions, log: RunLog, hasResponses: Bool) async throws {
    let manifest = try Manifest.read(inFolder: path)
    let responses =
      hasResponses ? try PilotResponses(path, manifest: manifest, options: options, log: log) : nil
    let name = options.assistantName
    let vectors: PilotVectors
    if vectorsFolder(ofDump: path) == nil, let responses {
      vectors = try await responses.means()
      notes = ["the axis is of the means of all responses, whatever their scores"]
    } else {
      vectors = try PilotVectors(path, manifest: manifest, options: options, log: log)
      notes = []
    }
    (layer, isMiddle, roles) = (vectors.layer, vectors.isMiddle, vectors.roles)
    let (fit, assistant) = try located(path, place: "layer \(vectors.layer)") {
      let fit = try LayerSpace(roles: vectors.roles, assistant: vectors.assistant, keeping: 1)
      guard let assistant = fit.assistant else { preconditionFailure("a space without its default") }
      return (fit, assistant)
    }
    self.fit = fit
    space = Space(
      layers: [vectors.layer], hiddenSize: vectors.roles.columns, axes: [assistant.axis], factors: nil,
      roleNames: vectors.names, roleProjections: [assistant.roles.map(\.projection)],
      roleReach: [assistant.roles.map(\.offAxisDistance).max() ?? .nan], rowLayers: vectors.rowLayers,
      model: manifest.model, assistantName: name)
    answers = try await responses?.answers(along: assistant.axis, layer: vectors.layer)
  }
}

/// The role vectors of a pilot in one layer.
struct PilotVectors: Sendable {
  let layer: Int
  let isMiddle: Bool
  /// The layer of each row of the files.
  let rowLayers: [Int]
  let names: [String]
  let roles: Matrix
  let assistant: [Double]

  init(
    layer: Int, isMiddle: Bool, rowLayers: [Int], names: [String], roles: Matrix, assistant: [Double]
  ) {
    (self.layer, self.isMiddle, self.rowLayers) = (layer, isMiddle, rowLayers)
    (self.names, self.roles, self.assistant) = (names, roles, assistant)
  }

  /// Those in the dump at `path`.
  init(_ path: String, manifest: Manifest, options: PlanOptions, log: RunLog) throws {
    var expected = ExpectedShape(manifest)
    if let given = options.rowLayers?.numbers { expected.layers = given.count }
    let set = try RoleVectorSet(
      try RoleSources(at: path, assistantName: options.assistantName, expecting: expected), expecting: expected)
    for note in set.notes { log.note("\(path): \(note)") }
    let sources = set.sources
    guard sources.assistant != nil else {
      throw FileError(
        path: path, fault: DumpFault.noDefault(name: options.assistantName, roles: sources.roles.map(\.name)))
    }
    guard sources.roles.count >= 2 else {
      throw FileError(path: path, fault: DumpFault.tooFewRoles(sources.roles.count))
    }
    let numbers = try located(path) {
      var manifest = manifest
      if !manifest.numbersLayers { manifest.layers = set.layers }
      return try RowLayers(set.rows, of: .dump, given: options.rowLayers, manifest: manifest).numbers
    }
    let row = try PilotVectors.row(of: options.layer, in: numbers, path)
    let group = try set.read(row..<row + 1, selection: Array(sources.roles.indices))
    if let place = group.nonFinite.first { throw place.error(layer: numbers[row]) }
    self.init(
      layer: numbers[row], isMiddle: options.layer == nil && numbers.count > 1, rowLayers: numbers,
      names: sources.roles.map(\.name), roles: group.roles[0], assistant: group.assistant[0])
  }

  /// The row of `layer`, or of the middle layer if that is nil.
  ///
  /// - Throws: `FileError` if there is none.
  static func row(of layer: Int?, in numbers: [Int], _ path: String) throws -> Int {
    guard let layer else {
      let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
      return order[order.count / 2]
    }
    guard let row = numbers.firstIndex(of: layer) else {
      throw FileError(path: path, fault: PlanFault.noLayer(layer, present: numbers.sorted(), path: path))
    }
    return row
  }
}
