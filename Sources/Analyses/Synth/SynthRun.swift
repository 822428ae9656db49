internal import Dumps
internal import Files
internal import LinearAlgebra
public import PersonaSpace
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
  /// How often each conversation is there under each condition: its regenerations.
  public var samples = 1
  /// The conditions, the later ones farther from the Assistant and more restless; empty for none.
  public var conditions: [String] = []
  /// How each domain moves.
  public var tethers = SyntheticConversations.usualTethers
  /// The responses of each role, with scores; nil for vectors alone.
  public var responses: SyntheticResponses.Design?
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
    self.path = Paths.trimmed(path)
    (self.options, self.replacing) = (options, replacing)
  }

  /// Writes the dump: whole, or not at all.
  ///
  /// - Throws: `FileError` if it cannot be made.
  public func run() throws {
    // Opened first: what another run, which holds the folder, puts there meanwhile is not ours to judge.
    let output = try OutputFolder(path: path, names: [], replacing: replacing)
    let stale = try filesToReplace()
    let personas = SyntheticPersonas(
      roleCount: options.roles, layerCount: options.layers, dimensions: options.dimensions, seed: options.seed)
    let talks = SyntheticConversations(
      count: options.conversations, turns: options.turns, samples: options.samples, conditions: options.conditions,
      tethers: options.tethers, in: personas)
    // The first to get its name, so that a dump of which a killed run put but a part in place is known as one.
    let responses = options.responses.map { SyntheticResponses($0, in: personas) }
    try output.write(try encodeJSON(SyntheticTruth(personas, talks, responses)) + "\n", to: "truth.json")
    var written = try writeRoles(personas, output) + writeTurns(talks, output)
    if let responses { written += try writeResponses(responses, personas, output) }
    var manifest = Manifest()
    (manifest.model, manifest.hiddenSize) = ("synthetic", options.dimensions)
    (manifest.layers, manifest.layerConvention) = (Array(0..<options.layers), .blockOutput)
    (manifest.pooling, manifest.dtype) = ("response_mean", options.elementType.rawValue)
    try output.write(try encodeJSON(manifest) + "\n", to: "manifest.json")
    written += ["manifest.json", "truth.json"]
    try output.commit(removing: stale.filter { !written.contains($0) })
  }

  /// The parts of a synthetic dump, and the ending of the files in each.
  private static let parts = [
    "vectors": ".safetensors", "turns": ".safetensors", "transcripts": ".json", "activations": ".safetensors",
    "scores": ".json",
  ]

  /// The files of an earlier synthetic dump at `path`.
  ///
  /// - Throws: `FileError` if there is anything else, or if it may not be replaced.
  private func filesToReplace() throws -> [String] {
    let contents = try folderContents(path).filter { !AbandonedOutputs.isHousekeeping($0) }
    var (files, others) = ([String](), [String]())
    for name in contents {
      if let ending = Self.parts[name] {
        for file in try folderContents("\(path)/\(name)") where !AbandonedOutputs.isHousekeeping(file) {
          if file.hasSuffix(ending) { files.append("\(name)/\(file)") } else { others.append("\(name)/\(file)") }
        }
      } else if ["default.safetensors", "manifest.json", "roles.csv", "truth.json"].contains(name) {
        files.append(name)
      } else {
        others.append(name)
      }
    }
    // Folders without a file are what a killed run leaves.
    if files.isEmpty, others.isEmpty { return [] }
    guard replacing else { throw FileError(path: path, fault: OutputFault.exists) }
    // --force must not delete what this verb did not write.
    guard others.isEmpty, contents.contains("truth.json") else {
      throw FileError(path: path, fault: SynthFault.notSynthetic(others))
    }
    return files
  }

  static let roleSchema = CSVSchema<SyntheticPersonas.Role> {
    CSVColumn("role", "The role.") { .text($0.name) }
    CSVColumn("group", "Its group.") { .text($0.group) }
    CSVColumn("level", "Its level.", .count) { .integer($0.level) }
  }

  /// Writes the role vectors, the default and the table of roles, and gives their names.
  private func writeRoles(_ personas: SyntheticPersonas, _ output: OutputFolder) throws -> [String] {
    let layers = (0..<options.layers).map { personas.roleVectors(layer: $0) }
    for (index, role) in personas.roles.enumerated() {
      try writeVector(
        try output.file(named: "vectors/\(role.name).safetensors"), layers.flatMap { Array($0.row(index)) })
    }
    try writeVector(
      try output.file(named: "default.safetensors"), (0..<options.layers).flatMap { personas.assistant(layer: $0) })
    try output.write(
      Self.roleSchema.table { take in for role in personas.roles { try take(role) } }, to: "roles.csv")
    return personas.roles.map { "vectors/\($0.name).safetensors" } + ["default.safetensors", "roles.csv"]
  }

  private func writeVector(_ file: OutputFile, _ values: [Double]) throws {
    let writer = try SafetensorsWriter(
      file,
      tensors: [
        .init(name: "vector", elementType: options.elementType, shape: [options.layers, options.dimensions])
      ])
    try writer.write(values, to: "vector")
    try writer.finish()
  }

  /// Writes the conversations and their transcripts, and gives their names.
  private func writeTurns(_ talks: SyntheticConversations, _ output: OutputFolder) throws -> [String] {
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
      let writer = try SafetensorsWriter(try output.file(named: "turns/\(talk.fileName).safetensors"), tensors: tensors)
      try writer.write(talks.activations(of: talk), to: name)
      if let tokens = talk.tokens {
        var offsets = [0]
        for turn in tokens { offsets.append(offsets[offsets.count - 1] + turn.count) }
        try writer.writeBytes(
          offsets.flatMap { offset in (0..<8).map { UInt8(truncatingIfNeeded: offset >> (8 * $0)) } },
          to: "turn_offsets")
      }
      try writer.finish()
      try output.write(try encodeJSON(SyntheticTranscript(talk)) + "\n", to: "transcripts/\(talk.fileName).json")
    }
    return talks.conversations.flatMap { ["turns/\($0.fileName).safetensors", "transcripts/\($0.fileName).json"] }
  }
}

/// A transcript that carries the roles and the domain; there is no text behind synthetic activations.
private struct SyntheticTranscript: Encodable {
  struct Message: Encodable {
    let role, content: String
  }

  let model = "synthetic"
  let domain: String
  let condition, conversationID: String?
  let sample: Int?
  let conversation: [Message]

  enum CodingKeys: String, CodingKey {
    case model, domain, condition, sample, conversation
    case conversationID = "conversation_id"
  }

  init(_ talk: SyntheticConversations.Conversation) {
    domain = talk.domain
    condition = talk.condition.isEmpty ? nil : talk.condition
    (sample, conversationID) = (talk.sample, talk.sample == nil ? nil : talk.name)
    conversation = talk.positions.indices.flatMap { turn in
      ["user", "assistant"].map { Message(role: $0, content: "(synthetic: no text, turn \(turn))") }
    }
  }
}

/// Why a folder is not replaced by a synthetic dump.
enum SynthFault: FileFault, Equatable {
  case notSynthetic([String])

  var category: FaultCategory { .cannotCreate }

  var explanation: String {
    switch self {
    case .notSynthetic(let others):
      "not replaced, as it is no synthetic dump or holds more than one (\(listed(others))); give another -o"
    }
  }
}
