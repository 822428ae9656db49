internal import FoundationEssentials
internal import LinearAlgebra
internal import PersonaSpace
public import TensorFiles

/// How large a synthetic dump is.
public struct SynthOptions: Sendable {
  /// The number of roles, at least 8.
  public var roles = 48
  /// The number of layers.
  public var layers = 4
  /// The number of dimensions, at least 16.
  public var dimensions = 256
  /// The number of conversations; every third has tokens.
  public var conversations = 12
  /// The number of assistant turns of each.
  public var turns = 8
  /// The element type on disk.
  public var elementType = ElementType.float32
  /// Where the random numbers start.
  public var seed: UInt64 = 0

  /// The defaults.
  public init() {}
}

/// Writes a dump with a planted axis and planted drift, and `truth.json`, which says what was planted.
public struct SynthRun: Sendable {
  let path: String
  let options: SynthOptions
  let replacing: Bool

  /// A dump to be written to the folder `path`. An earlier synthetic dump there is replaced if `replacing`; any other
  /// folder is left alone.
  public init(to path: String, options: SynthOptions, replacing: Bool) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    (self.options, self.replacing) = (options, replacing)
  }

  /// Writes the dump: whole, or not at all.
  ///
  /// - Throws: `FileError` if it cannot be made.
  public func run() throws {
    let isThere = fileKind(path) != .missing
    if isThere {
      guard fileKind(path) == .folder else { throw FileError(path: path, fault: OutputFault.wrongKind(found: "file")) }
      let contents = try folderContents(path)
      if !contents.isEmpty, !replacing { throw FileError(path: path, fault: OutputFault.exists) }
      // --force must not delete what this verb did not write.
      let own = ["default.safetensors", "manifest.json", "roles.csv", "transcripts", "truth.json", "turns", "vectors"]
      if !contents.isEmpty, !contents.contains("truth.json") || !contents.allSatisfy(own.contains) {
        throw FileError(path: path, fault: OutputFault.wrongKind(found: "folder that is no synthetic dump, or more"))
      }
    }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let parent = OutputFile.folder(of: path)
    let (building, old) = ("\(parent)/.\(name).tmp", "\(parent)/.\(name).old")
    let manager = FileManager.default
    if fileKind(building) == .folder { try? manager.removeItem(atPath: building) }
    do {
      try write(to: building)
      if isThere { try manager.moveItem(atPath: path, toPath: old) }
      try manager.moveItem(atPath: building, toPath: path)
      if isThere { try manager.removeItem(atPath: old) }
    } catch let error as CocoaError {
      try? manager.removeItem(atPath: building)
      throw FileError(path: path, fault: OutputFault.system(operation: "put the folder in place", reason: "\(error)"))
    } catch {
      try? manager.removeItem(atPath: building)
      throw error
    }
  }

  private func write(to folder: String) throws {
    let personas = SyntheticPersonas(
      roleCount: options.roles, layerCount: options.layers, dimensions: options.dimensions, seed: options.seed)
    let talks = SyntheticConversations(count: options.conversations, turns: options.turns, in: personas)
    let root = try OutputFolder(path: folder, names: [], replacing: false)
    try writeRoles(personas, root)
    if !talks.conversations.isEmpty { try writeTurns(talks, folder) }
    var manifest = Manifest()
    (manifest.model, manifest.hiddenSize) = ("synthetic", options.dimensions)
    (manifest.layers, manifest.layerConvention) = (Array(0..<options.layers), .blockOutput)
    (manifest.pooling, manifest.dtype) = ("response_mean", options.elementType.rawValue)
    try root.write(try encodeJSON(manifest) + "\n", to: "manifest.json")
    try root.write(try encodeJSON(SyntheticTruth(personas, talks)) + "\n", to: "truth.json")
    try root.commit()
  }

  private func writeRoles(_ personas: SyntheticPersonas, _ root: OutputFolder) throws {
    let vectors = try OutputFolder(path: "\(root.path)/vectors", names: [], replacing: false)
    let layers = (0..<options.layers).map { personas.roleVectors(layer: $0) }
    var table = CSVText(columns: ["role", "group", "level"])
    for (index, role) in personas.roles.enumerated() {
      table.append([.text(role.name), .text(role.group), .integer(role.level)])
      try writeVector(try vectors.file(named: "\(role.name).safetensors"), layers.flatMap { Array($0.row(index)) })
    }
    try writeVector(
      try root.file(named: "default.safetensors"), (0..<options.layers).flatMap { personas.assistant(layer: $0) })
    try root.write(table.text, to: "roles.csv")
    try vectors.commit()
  }

  private func writeVector(_ file: OutputFile, _ values: [Double]) throws {
    let writer = try SafetensorsWriter(
      file,
      tensors: [
        .init(name: "vector", elementType: options.elementType, shape: [options.layers, options.dimensions])
      ])
    try writer.write(values, to: "vector")
    writer.finish()
  }

  private func writeTurns(_ talks: SyntheticConversations, _ folder: String) throws {
    let turns = try OutputFolder(path: "\(folder)/turns", names: [], replacing: false)
    let transcripts = try OutputFolder(path: "\(folder)/transcripts", names: [], replacing: false)
    for talk in talks.conversations {
      let name = talk.tokens == nil ? "turns" : "tokens"
      let count = talk.tokens?.reduce(0) { $0 + $1.count } ?? talk.positions.count
      var tensors = [
        SafetensorsWriter.Declaration(
          name: name, elementType: options.elementType, shape: [count, options.layers, options.dimensions])
      ]
      if talk.tokens != nil {
        tensors.append(.init(name: "turn_offsets", elementType: .int64, shape: [talk.positions.count + 1]))
      }
      let writer = try SafetensorsWriter(try turns.file(named: "\(talk.name).safetensors"), tensors: tensors)
      try writer.write(talks.activations(of: talk), to: name)
      if let tokens = talk.tokens {
        var offsets = [0]
        for turn in tokens { offsets.append(offsets[offsets.count - 1] + turn.count) }
        try writer.writeBytes(
          offsets.flatMap { offset in (0..<8).map { UInt8(truncatingIfNeeded: offset >> (8 * $0)) } },
          to: "turn_offsets")
      }
      writer.finish()
      try transcripts.write(try encodeJSON(SyntheticTranscript(talk)) + "\n", to: "\(talk.name).json")
    }
    try turns.commit()
    try transcripts.commit()
  }
}

/// A transcript that carries the roles and the domain; there is no text behind synthetic activations.
private struct SyntheticTranscript: Encodable {
  struct Message: Encodable {
    let role, content: String
  }

  let model = "synthetic"
  let domain: String
  let conversation: [Message]

  init(_ talk: SyntheticConversations.Conversation) {
    domain = talk.domain
    conversation = talk.positions.indices.flatMap { turn in
      ["user", "assistant"].map { Message(role: $0, content: "(synthetic: no text, turn \(turn))") }
    }
  }
}
