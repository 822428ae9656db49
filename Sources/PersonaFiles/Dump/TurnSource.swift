internal import TensorFiles

/// One conversation's activations on disk, and what it belongs to.
struct TurnSource: Sendable {
  /// The conversation's name.
  let name: String
  /// The files: one of turns or tokens, or one a turn.
  let paths: [String]
  let isVectorPerFile: Bool
  let domain: String
  let condition: String
  let sample: String
  /// What the transcript says, and where it says so.
  let expected: (turns: Int, path: String)?
  /// The layer of each row, by the dump's manifest; nil without one.
  let manifest: Manifest
}

/// Finds conversations: in dump folders, folders of turn files, folders of vectors, and single files.
struct TurnSources: Sendable {
  private(set) var conversations: [TurnSource] = []
  private(set) var transcriptPaths: [String] = []
  private let tensor: String?

  /// Looks at each of `paths`.
  ///
  /// - Parameters:
  ///   - paths: dump folders (with `turns/`), folders of turn files, folders of vector files (each folder one
  ///     conversation, in natural order of the file names), or files.
  ///   - transcripts: a folder of transcripts for turns that are not in a dump.
  ///   - conversation: a name under which files of one vector each are joined to one conversation, in the order given.
  ///   - tensor: the tensor to take from files that hold several.
  init(_ paths: [String], transcripts: String?, conversation: String?, tensor: String?) throws {
    self.tensor = tensor
    if let conversation {
      for path in paths where fileKind(path) == .folder {
        throw FileError(path: path, fault: AccessFault.notRegularFile(kind: "folder"))
      }
      let transcriptPaths = try transcripts.map { try Transcript.paths(inFolder: $0) } ?? [:]
      try add(name: conversation, paths: paths, isVectorPerFile: true, transcripts: transcriptPaths, Manifest())
    } else {
      for path in paths { try visit(path, transcripts: transcripts) }
    }
    var places: [String: String] = [:]
    for conversation in conversations {
      let key = [conversation.name, conversation.condition, conversation.sample].joined(separator: "\u{0}")
      if let other = places.updateValue(conversation.paths[0], forKey: key) {
        throw FileError(
          path: conversation.paths[0], fault: DumpFault.duplicateConversation(conversation.name, other: other))
      }
    }
  }

  private mutating func visit(_ path: String, transcripts: String?) throws {
    guard fileKind(path) == .folder else {
      let transcriptPaths = try transcripts.map { try Transcript.paths(inFolder: $0) } ?? [:]
      let name = path.split(separator: "/").last.map(String.init) ?? path
      return try add(
        name: tensorStem(name) ?? name, paths: [path], isVectorPerFile: false, transcripts: transcriptPaths, Manifest())
    }
    let isDump = fileKind("\(path)/turns") == .folder
    let turnFolder = isDump ? "\(path)/turns" : path
    let root = isDump ? path : Self.isNamed(path, "turns") ? OutputFile.folder(of: trimmed(path)) : path
    let transcriptPaths = try Transcript.paths(inFolder: transcripts ?? "\(root)/transcripts")
    let manifest = try Manifest.read(inFolder: root)
    let names = try folderContents(turnFolder)
    let files = names.filter { tensorStem($0) != nil }.map { "\(turnFolder)/\($0)" }
    if let first = files.first {
      let isVector = try Self.holdsOneVector(first)
      if isVector && !isDump {
        try addVectors(files, folder: path, transcripts: transcriptPaths, manifest)
      } else {
        for file in files {
          let name = file.split(separator: "/").last.map(String.init) ?? file
          try add(
            name: tensorStem(name) ?? name, paths: [file], isVectorPerFile: false, transcripts: transcriptPaths,
            manifest)
        }
      }
      return
    }
    // One folder a turn, or one a conversation.
    let folders = names.filter { !$0.hasPrefix(".") && fileKind("\(path)/\($0)") == .folder }.map { "\(path)/\($0)" }
    let holdings = try folders.map { folder in
      try folderContents(folder).filter { tensorStem($0) != nil }.map { "\(folder)/\($0)" }
    }
    if !isDump, !folders.isEmpty, holdings.allSatisfy({ $0.count == 1 }),
      try holdings.joined().allSatisfy(Self.holdsOneVector)
    {
      return try addVectors(Array(holdings.joined()), folder: path, transcripts: transcriptPaths, manifest)
    }
    guard !isDump, !folders.isEmpty, !names.contains("vectors"), !names.contains("activations") else {
      throw FileError(path: path, fault: DumpFault.noTurns(found: names))
    }
    for folder in folders { try visit(folder, transcripts: transcripts) }
  }

  private mutating func addVectors(
    _ files: [String], folder: String, transcripts: [String: String], _ manifest: Manifest
  ) throws {
    let name = trimmed(folder).split(separator: "/").last.map(String.init) ?? folder
    try add(
      name: name, paths: files.sorted(by: naturallyPrecedes), isVectorPerFile: true, transcripts: transcripts, manifest)
  }

  private mutating func add(
    name: String, paths: [String], isVectorPerFile: Bool, transcripts: [String: String], _ manifest: Manifest
  ) throws {
    let path = transcripts[name]
    let transcript = try path.map { try decodeJSON(Transcript.self, at: $0) }
    if let path { transcriptPaths.append(path) }
    conversations.append(
      TurnSource(
        name: name, paths: paths, isVectorPerFile: isVectorPerFile, domain: transcript?.domain ?? "",
        condition: transcript?.condition ?? "", sample: transcript?.sample ?? "",
        expected: transcript.flatMap { transcript in path.map { (transcript.assistantTurns, $0) } }, manifest: manifest)
    )
  }

  /// Whether the file is of a single vector, (d) or (layers, d), rather than of turns or tokens.
  private static func holdsOneVector(_ path: String) throws -> Bool {
    let tensors = try TensorFile(path: path).tensors
    return !tensors.contains { ["turns", "tokens"].contains($0.name) || $0.shape.count > 2 }
  }

  private static func isNamed(_ path: String, _ name: String) -> Bool {
    trimmed(path).split(separator: "/").last.map(String.init) == name
  }
}

private func trimmed(_ path: String) -> String {
  path.count > 1 && path.hasSuffix("/") ? trimmed(String(path.dropLast())) : path
}

/// Whether `a` comes before `b` in the order in which people number files: digits compare as numbers, so that
/// `turn_10` follows `turn_9`.
func naturallyPrecedes(_ a: String, _ b: String) -> Bool {
  var (rest, other) = (a.unicodeScalars[...], b.unicodeScalars[...])
  func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  while let x = rest.first, let y = other.first {
    if isDigit(x), isDigit(y) {
      let (m, n) = (rest.prefix(while: isDigit), other.prefix(while: isDigit))
      let (u, v) = (m.drop { $0 == "0" }, n.drop { $0 == "0" })
      if u.count != v.count { return u.count < v.count }
      if !u.elementsEqual(v) { return u.lexicographicallyPrecedes(v) }
      (rest, other) = (rest.dropFirst(m.count), other.dropFirst(n.count))
    } else {
      if x != y { return x < y }
      (rest, other) = (rest.dropFirst(), other.dropFirst())
    }
  }
  return rest.isEmpty && !other.isEmpty
}
