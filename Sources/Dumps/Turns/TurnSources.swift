internal import Files
internal import TensorFiles

/// Finds conversations: in dump folders, folders of turn files, folders of vectors, and single files.
package struct TurnSources: Sendable {
  /// What decides how files are taken.
  package struct Reading: Sendable {
    /// A folder of transcripts for turns that are not in a dump.
    package var transcripts: String?
    /// A name under which files of one vector each are joined to one conversation, in the order given.
    package var conversation: String?
    /// The tensor to take from files that hold several.
    package var tensor: String?
    /// The condition and the domain of all conversations, in place of what transcripts say.
    package var condition, domain: String?
    /// The numbers of layers a vector may have; a tensor of so many rows is one vector.
    package var layerCounts: Set<Int>
    /// The dimensions of the space.
    package var hiddenSize: Int
    /// The names of the space's roles and of its default.
    package var roles: [String]

    package init(_ options: TurnOptions, _ space: Space) {
      (transcripts, conversation, tensor) = (options.transcripts, options.conversation, options.tensor)
      (condition, domain) = (options.condition, options.domain)
      (layerCounts, hiddenSize) = ([space.rowLayers.count], space.hiddenSize)
      roles = space.roleNames + [space.assistantName ?? "default"]
      if let given = options.rowLayers?.numbers { layerCounts = [given.count] }
    }

    /// Whether a tensor of `shape` is a single vector, (d) or (layers, d), rather than turns or tokens; also (d, layers).
    package func isOneVector(_ shape: [Int]) -> Bool {
      if shape.count == 2, shape[1] != hiddenSize, shape[0] == hiddenSize, layerCounts.contains(shape[1]) {
        return true
      }
      return shape.count == 1 || (shape.count == 2 && layerCounts.contains(shape[0]))
    }
  }

  private var surroundings: [String: Surroundings] = [:]
  /// The folders of which all was taken, rather than some files.
  private var wholeFolders: Set<String> = []
  package private(set) var conversations: [TurnSource] = []
  package private(set) var transcriptPaths: [String] = []
  /// The names of the files that are taken, whatever their conversations are called.
  private var fileNames: Set<String> = []
  private let reading: Reading

  /// What a user should know of: conversations and transcripts that lack the other.
  package var notes: [String] {
    var notes: [String] = []
    for (folder, found) in surroundings.sorted(by: { $0.key < $1.key }) where !found.transcripts.isEmpty {
      let isWhole = wholeFolders.contains(folder)
      let alone = isWhole ? found.transcripts.keys.filter { !fileNames.contains($0) }.sorted() : []
      if !alone.isEmpty { notes.append("\(folder): transcripts without turns: \(listed(alone))") }
      let silent = conversations.filter { $0.expected == nil && Paths.isInside($0.paths[0], folder) }.map(\.name)
      if !silent.isEmpty {
        notes.append("\(folder): turns without a transcript, so of no known domain: \(listed(silent))")
      }
    }
    return notes + personaNotes
  }

  /// What is to be said of personas in transcripts that are no role of the space.
  private var personaNotes: [String] {
    let (users, strangers) = (conversations.filter(\.isUserDescribed), conversations.filter { !$0.isPersonaKnown })
    var notes: [String] = []
    if let first = users.first?.expected?.path {
      notes.append(
        "\(first): 'persona' is no role of the space, and no message of the system asks the model to be it: taken as the user's, "
          + "here and in \(users.count - 1) more transcripts")
    }
    if !strangers.isEmpty {
      notes.append(
        "the space has no role \(listed(Set(strangers.map(\.persona)).sorted())), the persona of \(strangers.count) transcripts: "
          + "their conversations stand by themselves, and are given no tether. Name the persona as a role of the space ("
          + "\(listed(reading.roles))), or fit a space that has it")
    }
    return notes
  }

  /// Looks at each of `paths`: dump folders (with `turns/`), folders of turn files, folders of vector files or of
  /// folders that hold one each (then the folder is one conversation, in natural order of the names), folders of any
  /// of these, and files.
  package init(_ paths: [String], _ reading: Reading) throws {
    self.reading = reading
    if let transcripts = reading.transcripts, fileKind(transcripts) != .folder {
      throw FileError(
        path: transcripts,
        fault: fileKind(transcripts) == .missing
          ? AccessFault.nothing(at: transcripts) : OutputFault.wrongKind(found: "file"))
    }
    if let conversation = reading.conversation, paths.count == 1 {
      try visit(paths[0], depth: 0)
      guard conversations.count == 1 else {
        throw FileError(path: paths[0], fault: DumpFault.severalConversations(conversations.count, name: conversation))
      }
      conversations[0].name = conversation
    } else if let conversation = reading.conversation {
      for path in paths where fileKind(path) == .folder {
        throw FileError(path: path, fault: AccessFault.notRegularFile(kind: "folder"))
      }
      try add(name: conversation, paths: paths, isVectorPerFile: true, surroundings(of: paths[0]))
    } else {
      for path in paths { try visit(path, depth: 0) }
    }
    var places: [String: String] = [:]
    for conversation in conversations {
      let key = [conversation.name, conversation.condition, conversation.persona, conversation.sample]
        .joined(separator: "\u{0}")
      if let other = places.updateValue(conversation.paths[0], forKey: key) {
        throw FileError(
          path: conversation.paths[0], fault: DumpFault.duplicateConversation(conversation.name, other: other))
      }
    }
  }

  /// What lies about turn files: the manifest and the transcripts of their dump.
  private struct Surroundings {
    let manifest: Manifest
    let transcripts: [String: String]
    /// The files of `embeddings/`, by their names without ending.
    let embeddings: [String: String]

    init(inFolder folder: String, ofFile: Bool, _ reading: Reading) throws {
      let isBaseline = resolvedName(folder) == "baseline"
      let root = isBaseline || resolvedName(folder) == "turns" ? "\(folder)/.." : folder
      manifest = try ofFile ? Manifest.read(besideFileIn: root) : Manifest.read(inFolder: root)
      // Of the conversations that have transcripts a baseline has the opening alone.
      transcripts = try isBaseline ? [:] : Transcript.paths(inFolder: reading.transcripts ?? "\(root)/transcripts")
      let beside = "\(root)/embeddings"
      let files = !isBaseline && fileKind(beside) == .folder ? try dumpFiles(in: beside) : []
      embeddings = Dictionary(files.map { (tensorStem($0) ?? $0, "\(beside)/\($0)") }) { first, _ in first }
    }
  }

  /// The surroundings of a file or folder, looked at once a folder.
  private mutating func surroundings(of path: String) throws -> Surroundings {
    let folder = fileKind(path) == .folder ? Paths.trimmed(path) : Paths.parent(of: path)
    if let known = surroundings[folder] { return known }
    let found = try Surroundings(inFolder: folder, ofFile: fileKind(path) != .folder, reading)
    surroundings[folder] = found
    return found
  }

  /// Folders within folders; also what ends a circle of links.
  private static let depthLimit = 8

  private mutating func visit(_ path: String, depth: Int) throws {
    let path = Paths.trimmed(path)
    let surroundings = try surroundings(of: path)
    guard fileKind(path) == .folder else { return try add(file: path, surroundings) }
    try refuseZarr(path)
    wholeFolders.insert(path)
    let isDump = fileKind("\(path)/turns") == .folder
    if !isDump, ["vectors", "role_vectors", "activations"].contains(where: { fileKind("\(path)/\($0)") == .folder }) {
      // The default of a dump of roles is no conversation.
      throw FileError(path: path, fault: DumpFault.noTurns(found: try folderContents(path)))
    }
    let folder = isDump ? "\(path)/turns" : path
    let files = try dumpFiles(in: folder).map { "\(folder)/\($0)" }
    if let first = files.first {
      if try isDump || resolvedName(path) == "turns" || !holdsOneVector(first) {
        for file in files { try add(file: file, surroundings) }
      } else {
        try add(vectors: files, folder: path, surroundings)
      }
      return
    }
    let names = try folderContents(path)
    let folders = names.filter { !$0.hasPrefix(".") && fileKind("\(path)/\($0)") == .folder }.map { "\(path)/\($0)" }
    guard !isDump, !folders.isEmpty, depth < Self.depthLimit, !names.contains(where: dumpParts.contains) else {
      throw FileError(path: path, fault: DumpFault.noTurns(found: names))
    }
    let holdings = try folders.map { folder in try dumpFiles(in: folder).map { "\(folder)/\($0)" } }
    if holdings.allSatisfy({ $0.count == 1 }), try holdings.joined().allSatisfy(holdsOneVector) {
      return try add(vectors: Array(holdings.joined()), folder: path, surroundings)
    }
    for folder in folders { try visit(folder, depth: depth + 1) }
  }

  private mutating func add(file: String, _ surroundings: Surroundings) throws {
    let name = Paths.lastComponent(of: file)
    try add(name: tensorStem(name) ?? name, paths: [file], isVectorPerFile: false, surroundings)
  }

  private mutating func add(vectors files: [String], folder: String, _ surroundings: Surroundings) throws {
    let ordered = files.sorted(by: naturallyPrecedes)
    try add(name: resolvedName(folder), paths: ordered, isVectorPerFile: true, surroundings)
  }

  private mutating func add(
    name: String, paths: [String], isVectorPerFile: Bool, _ surroundings: Surroundings
  ) throws {
    let path = surroundings.transcripts[name]
    let transcript = try path.map { try decodeJSON(Transcript.self, at: $0) }
    if let path { transcriptPaths.append(path) }
    fileNames.insert(name)
    let persona = transcript?.persona ?? ""
    let isKnown = persona.isEmpty || reading.roles.contains(persona)
    // Published transcripts describe the user who is simulated there.
    let isUsers =
      !isKnown && persona.contains(where: \.isWhitespace) && transcript?.speakers.contains("system") == false
    conversations.append(
      TurnSource(
        name: transcript?.regenerated ?? name, paths: paths, isVectorPerFile: isVectorPerFile,
        domain: reading.domain ?? transcript?.domain ?? "",
        condition: reading.condition ?? transcript?.condition ?? "", persona: isUsers ? "" : persona,
        isPersonaKnown: isKnown || isUsers, isUserDescribed: isUsers, sample: transcript?.sample ?? "",
        expected: transcript.flatMap { transcript in
          path.map { (transcript.assistantTurns, $0, transcript.speakers) }
        }, userMessages: transcript?.userMessages, embeddings: surroundings.embeddings[name],
        manifest: surroundings.manifest))
  }

  private func holdsOneVector(_ path: String) throws -> Bool {
    let file = try TensorFile(path: path)
    if file.tensors.contains(where: { ["turns", "tokens", "token_ids"].contains($0.name) }) { return false }
    if reading.tensor == nil, ForeignTurns(file, isOneVector: reading.isOneVector) != nil { return false }
    let source = VectorSource(name: "", path: path, tensor: reading.tensor)
    return reading.isOneVector(try source.entry(in: file).shape)
  }
}
