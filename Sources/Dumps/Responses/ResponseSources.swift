internal import Files

/// Where the responses of each role of a dump lie, and their scores.
package struct ResponseSources: Sendable {
  package struct Source: Sendable, Equatable {
    package let role: String
    package let path: String
    package let state: FileState
    /// The role's scores; nil for the Assistant, who has none, and for a role without a file of them.
    package let scores: (path: String, state: FileState)?
    /// What says how axes are taken.
    let expected: ExpectedShape
    /// The labels of keys that are wanted; nil for the usual.
    let labels: Set<String>?
    /// Whether it is the Assistant, whose labels are its own: those that are wanted of roles are wanted of it where it has one of them.
    let isAssistant: Bool

    package static func == (a: Self, b: Self) -> Bool { a.role == b.role && a.path == b.path && a.state == b.state }
  }

  /// The roles in code-point order of their names, without the Assistant.
  package let roles: [Source]
  package let assistant: Source?
  /// The folder with scores; nil if responses are not scored.
  package let scoresFolder: String?

  /// The Assistant, then the roles.
  package var all: [Source] { [assistant].compactMap(\.self) + roles }

  /// Scores of the Assistant's responses, which are all taken, whatever these say; nil if there are none.
  package let unusedScores: String?

  /// Looks at `path`: a dump folder, or the file of one role.
  ///
  /// - Parameters:
  ///   - rowLayers: the layers of the rows, where an option says them.
  ///   - axes: the order of the axes, where an option says it.
  ///   - hiddenSize: the dimensions of what they are read with; nil without any.
  package init(
    at path: String, assistantName: String, filter: ResponseFilter, rowLayers: LayerSelection? = nil,
    axes: AxesOrder? = nil, hiddenSize: Int? = nil
  ) throws {
    var expected = ExpectedShape(try Manifest.read(inFolder: responsesRoot(of: path)))
    if let given = rowLayers?.numbers { expected.layers = given.count }
    expected.hiddenSize = expected.hiddenSize ?? hiddenSize
    if let axes, !axes.isOfTurns { expected.axes = axes }
    let isFolder = fileKind(path) == .folder
    var files: [(role: String, path: String)] = []
    if isFolder {
      let folder = "\(path)/activations"
      let names = fileKind(folder) == .folder ? try ResponseFile.names(in: folder) : []
      guard !names.isEmpty else {
        throw FileError(path: path, fault: ResponseFault.noActivations(found: try folderContents(path)))
      }
      files = names.map { (ResponseFile.role($0), "\(folder)/\($0)") }
    } else {
      files = [(tensorStem(resolvedName(path)) ?? resolvedName(path), path)]
    }
    scoresFolder = try Self.scoresFolder(besides: responsesRoot(of: path), filter)
    var byRole: [String: Source] = [:]
    for (role, file) in files {
      var scores: (path: String, state: FileState)?
      if let folder = scoresFolder, role != assistantName, fileKind("\(folder)/\(role).json") != .missing {
        scores = ("\(folder)/\(role).json", try FileState(of: "\(folder)/\(role).json"))
      }
      let source = Source(
        role: role, path: file, state: try FileState(ofAll: file), scores: scores, expected: expected,
        labels: filter.labels, isAssistant: role == assistantName)
      if let other = byRole.updateValue(source, forKey: role) {
        throw FileError(path: file, fault: DumpFault.duplicateRole(role, other: other.path))
      }
    }
    let unused = scoresFolder.map { "\($0)/\(assistantName).json" }
    unusedScores = byRole[assistantName] == nil ? nil : unused.flatMap { fileKind($0) == .missing ? nil : $0 }
    assistant = byRole.removeValue(forKey: assistantName)
    roles = byRole.values.sorted { $0.role.unicodeScalars.lexicographicallyPrecedes($1.role.unicodeScalars) }
  }

  /// What a user should know of the names of files: roles that differ in capitals, roles without scores, scores of the Assistant.
  package var notes: [String] {
    var notes = [likeNames(all.map(\.role))].compactMap(\.self)
    guard let folder = scoresFolder else { return notes }
    if let unusedScores {
      notes.append("\(unusedScores) is not used: of the default all responses are taken, whatever their scores")
    }
    let files = ((try? folderContents(folder)) ?? []).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(".json".count)) }
    let spare = files.filter { name in !all.contains { $0.role == name } }
    let missing = roles.filter { $0.scores == nil }
    if let first = missing.first {
      let name = first.role.lowercased()
      let near = closestName(to: first.role, among: spare) ?? spare.first { $0.lowercased().contains(name) }
      let others =
        missing.count > 1
        ? " and of \(missing.count - 1) more roles (\(listed(missing.dropFirst().map(\.role), most: 4)))" : ""
      notes.append(
        "there is no \(folder)/\(first.role).json, so no response of '\(first.role)'\(others) has a score and is kept"
          + (near.map { "; is it \($0).json? Then rename that" } ?? "; --score all keeps them without scores"))
    }
    if !spare.isEmpty { notes.append("\(folder) has scores of what has no responses: \(listed(spare))") }
    return notes
  }

  private static func scoresFolder(besides folder: String, _ filter: ResponseFilter) throws -> String? {
    if filter.scores == nil { return nil }
    let wanted = filter.scoresFolder ?? "\(folder)/scores"
    if fileKind(wanted) == .folder, try folderContents(wanted).contains(where: { $0.hasSuffix(".json") }) {
      return wanted
    }
    guard filter.scoresFolder == nil, !filter.requiresScores else {
      throw FileError(
        path: wanted, fault: ResponseFault.noScores)
    }
    return nil
  }
}

/// The dump folder that `path` belongs to: itself, or of the file of one role in `activations/` the folder above that.
package func responsesRoot(of path: String) -> String {
  if fileKind(path) == .folder { return path }
  let folder = Paths.parent(of: path)
  return resolvedName(folder) == "activations" ? Paths.parent(of: folder) : folder
}

/// Size, time and number of a file: others mean another file, or other content.
package struct FileState: Sendable, Codable, Equatable {
  package let size: Int
  /// Its number on its device (the inode), by which dumps with the same sizes and times are told apart.
  package let number: UInt64
  /// When it was changed last, in seconds since 1970 and nanoseconds.
  package let modified: [Int]
  /// When its entry was changed last, in the same form.
  package let entryChanged: [Int]

  init(size: Int, number: UInt64, modified: [Int], entryChanged: [Int]) {
    (self.size, self.number, self.modified, self.entryChanged) = (size, number, modified, entryChanged)
  }

  /// That of the file at `path`.
  ///
  /// - Throws: `FileError` if there is none.
  package init(of path: String) throws {
    let identity = try fileIdentity(path)
    (size, number, modified) = (identity.size, identity.number, identity.modified)
    entryChanged = identity.entryChanged
  }
}
