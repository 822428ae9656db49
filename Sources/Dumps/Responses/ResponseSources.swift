internal import Files

/// Where the responses of each role of a dump lie, and their scores.
package struct ResponseSources: Sendable {
  package struct Source: Sendable, Equatable {
    package let role: String
    package let path: String
    package let state: FileState
    /// The role's scores; nil for the Assistant, who has none, and for a role without a file of them.
    package let scores: (path: String, state: FileState)?

    package static func == (a: Self, b: Self) -> Bool { a.role == b.role && a.path == b.path && a.state == b.state }
  }

  /// The roles in code-point order of their names, without the Assistant.
  package let roles: [Source]
  package let assistant: Source?
  /// The folder with scores; nil if responses are not scored.
  package let scoresFolder: String?

  /// The Assistant, then the roles.
  package var all: [Source] { [assistant].compactMap(\.self) + roles }

  /// Looks at `path`: a dump folder, or the file of one role.
  package init(at path: String, assistantName: String, filter: ResponseFilter) throws {
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
      let source = Source(role: role, path: file, state: try FileState(ofAll: file), scores: scores)
      if let other = byRole.updateValue(source, forKey: role) {
        throw FileError(path: file, fault: DumpFault.duplicateRole(role, other: other.path))
      }
    }
    assistant = byRole.removeValue(forKey: assistantName)
    roles = byRole.values.sorted { $0.role.unicodeScalars.lexicographicallyPrecedes($1.role.unicodeScalars) }
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
