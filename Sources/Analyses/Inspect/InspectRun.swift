internal import Dumps
internal import Files
public import TensorFiles

/// Inspects files and folders.
public struct InspectRun: Sendable {
  /// A file of more tensors is summed up, as a folder is: the responses of a role.
  private static let listedCount = 40

  /// The folders of a dump that have tensors.
  private static let parts = [
    "vectors", "role_vectors", "activations", "turns", "embeddings", "traits", "trait_vectors",
  ]

  private let readsValues: Bool
  private let listsAll: Bool
  private let void: ElementType?
  private let log: RunLog

  /// An inspection; without `readingValues` it reads descriptions alone; `listingAll` tensors of a file, it does not sum
  /// up those of one type and shape where there are more than 40. `void` is what `|V2` in NumPy files stands for.
  public init(
    readingValues: Bool, listingAll: Bool = false, void: ElementType? = nil, log: RunLog = .silent
  ) {
    (readsValues, listsAll, self.void, self.log) = (readingValues, listingAll, void, log)
  }

  /// Inspects what is at `path`; a folder that is no dump is searched for dumps.
  ///
  /// - Throws: `FileError` for a file that cannot be read, or a folder without tensors.
  public func run(_ path: String) throws -> [Inspection] {
    guard fileKind(path) == .folder else { return [try inspectFile(path)] }
    var visited: Set<String> = []
    let found = try inspectFolder(path, &visited)
    guard !found.isEmpty else {
      throw FileError(path: path, fault: DumpFault.noTensors(found: try folderContents(path)))
    }
    return found
  }

  private func inspectFile(_ path: String) throws -> Inspection {
    var survey = TensorSurvey()
    let file = try TensorFile(path: path, void: void)
    let isApart = listsAll || file.tensors.count <= Self.listedCount
    for (index, tensor) in file.tensors.enumerated() {
      try survey.add(tensor, in: file, part: "", apart: isApart, readsValues: readsValues)
      log.progress("inspect", index + 1, file.tensors.count)
    }
    return Inspection(
      path: path, format: file.format.ending, bytes: file.byteCount, manifest: nil, groups: survey.groups, roles: nil,
      metadata: Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first },
      omittedMetadata: file.omittedMetadata, others: [:], notes: notes(path, [], bytes: file.byteCount))
  }

  private func inspectFolder(_ path: String, _ visited: inout Set<String>) throws -> [Inspection] {
    // A link can lead back up.
    guard visited.insert(resolvedPath(path) ?? path).inserted else { return [] }
    let names = try folderContents(path).filter { !$0.hasPrefix(".") }
    let isDump = names.contains {
      ["vectors", "role_vectors", "activations", "turns"].contains($0) || TensorFormat.isTensorFile($0)
    }
    let parts = isDump ? Self.parts.filter(names.contains) : []
    var (survey, bytes, roles) = (TensorSurvey(), 0, Set<String>())
    for part in [""] + parts {
      let folder = part.isEmpty ? path : "\(path)/\(part)"
      guard fileKind(folder) == .folder else { continue }
      let files = try folderContents(folder).filter(TensorFormat.isTensorFile)
      for (index, name) in files.enumerated() {
        let file = try TensorFile(path: "\(folder)/\(name)", void: void)
        for tensor in file.tensors {
          // In the folder itself files differ in meaning: default, axis. They stay apart when few.
          let isApart = part.isEmpty && files.count <= 12
          let shown = isApart ? name : part.isEmpty ? "" : part + "/"
          try survey.add(tensor, in: file, part: shown, apart: false, readsValues: readsValues)
        }
        bytes += file.byteCount
        if ["vectors", "role_vectors", "activations"].contains(part), let role = tensorStem(name) {
          roles.insert(role)
        }
        log.progress("inspect", index + 1, files.count)
      }
    }
    if survey.groups.isEmpty {
      return try names.filter { fileKind("\(path)/\($0)") == .folder }.flatMap {
        try inspectFolder("\(path)/\($0)", &visited)
      }
    }
    if !roles.isEmpty, names.contains(where: { ["default", "default_vector"].contains(tensorStem($0)) }) {
      roles.insert("default")
    }
    var others: [String: Int] = [:]
    for part in ["scores", "transcripts"] where fileKind("\(path)/\(part)") == .folder {
      others[part] = try folderContents("\(path)/\(part)").count { $0.hasSuffix(".json") }
    }
    let manifest = try Manifest.read(inFolder: path)
    return [
      Inspection(
        path: path, format: "folder", bytes: bytes, manifest: manifest == Manifest() ? nil : manifest,
        groups: survey.groups, roles: roles.isEmpty ? nil : roles.count, metadata: [:], omittedMetadata: 0,
        others: others, notes: notes(path, parts, bytes: bytes))
    ]
  }

  /// What there is to say of the dump, or file of role vectors, at `path`, which has the parts `parts`.
  private func notes(_ path: String, _ parts: [String], bytes: Int) -> [String] {
    var notes = [noteOnUnreadFiles(in: parts.isEmpty ? [path] : parts.map { "\(path)/\($0)" })].compactMap(\.self)
    if readsValues, parts.isEmpty || !parts.allSatisfy({ !$0.hasSuffix("vectors") }) {
      notes += RepeatedVectors.inDump(path, bytes: bytes)?.notes ?? []
    }
    return notes
  }
}
