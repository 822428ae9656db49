internal import Dumps
public import Files
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
  /// A file that cannot be read stops nothing: it is among the errors, with what it is, where that is known.
  ///
  /// - Returns: what was found, and the errors of files that cannot be read, or of a folder without tensors.
  public func run(_ path: String) -> (found: [Inspection], errors: [FileError]) {
    var (visited, errors) = (Set<String>(), [FileError]())
    do {
      guard fileKind(path) == .folder else { return ([try inspectFile(path)], []) }
      try refuseZarr(path)
      let found = try inspectFolder(path, &visited, &errors)
      if found.isEmpty, errors.isEmpty {
        throw FileError(path: path, fault: DumpFault.noTensors(found: try folderContents(path)))
      }
      return (found, errors)
    } catch let error as FileError {
      return ([], errors + [error])
    } catch {
      return ([], errors + [FileError(path: path, fault: InspectFault(explanation: "\(error)"))])
    }
  }

  private func inspectFile(_ path: String) throws -> Inspection {
    var survey = TensorSurvey()
    let file = try TensorFile(path: path, void: void)
    let isApart = listsAll || file.tensors.count <= Self.listedCount
    for (index, tensor) in file.tensors.enumerated() {
      try survey.add(tensor, in: file, part: "", apart: isApart, readsValues: readsValues)
      log.progress("inspect", index + 1, file.tensors.count)
    }
    let stack = Self.stack(in: file)
    return Inspection(
      path: path, format: file.format.ending, bytes: file.byteCount, manifest: nil, groups: survey.groups, roles: nil,
      metadata: Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first },
      omittedMetadata: file.omittedMetadata, others: [:],
      notes: Self.notes(of: file) + notes(path, [], bytes: file.byteCount).notes
        + (stack ?? Self.notes(onShapes: survey.groups)))
  }

  private func inspectFolder(
    _ path: String, _ visited: inout Set<String>, _ errors: inout [FileError]
  ) throws -> [Inspection] {
    // A link can lead back up.
    guard visited.insert(resolvedPath(path) ?? path).inserted else { return [] }
    let names = try folderContents(path).filter { !$0.hasPrefix(".") }
    let isDump = names.contains {
      ["vectors", "role_vectors", "activations", "turns"].contains($0) || TensorFormat.isTensorFile($0)
    }
    let parts = isDump ? Self.parts.filter(names.contains) : []
    var (survey, bytes, roles, fileNotes) = (TensorSurvey(), 0, Set<String>(), [String]())
    var stacks: [String: [String]] = [:]
    let strays = Self.errors(ofUnread: [path] + parts.map { "\(path)/\($0)" })
    for part in [""] + parts {
      let folder = part.isEmpty ? path : "\(path)/\(part)"
      guard fileKind(folder) == .folder else { continue }
      let files = try folderContents(folder).filter(TensorFormat.isTensorFile)
      // In the folder itself files differ in meaning: default, axis. They stay apart when few.
      let isApart = part.isEmpty && files.count <= 12
      for (index, name) in files.enumerated() {
        do {
          let shown = isApart ? name : part.isEmpty ? "" : part + "/"
          let found = try add("\(folder)/\(name)", part: shown, to: &survey)
          bytes += found.bytes
          if fileNotes.isEmpty { fileNotes = found.notes }
          if part.isEmpty, let notes = found.stack { stacks[shown] = notes }
        } catch let error as FileError {
          errors.append(error)
        }
        if ["vectors", "role_vectors", "activations"].contains(part), let role = tensorStem(name) {
          roles.insert(role)
        }
        log.progress("inspect", index + 1, files.count)
      }
    }
    if survey.groups.isEmpty {
      errors += strays
      return try names.filter { fileKind("\(path)/\($0)") == .folder }.flatMap {
        try inspectFolder("\(path)/\($0)", &visited, &errors)
      }
    }
    if !roles.isEmpty, names.contains(where: { ["default", "default_vector"].contains(tensorStem($0)) }) {
      roles.insert("default")
    }
    let others = try Self.others(in: path)
    let manifest = Self.manifest(in: path, &errors)
    let ofParts = notes(path, parts, bytes: bytes)
    roles.subtract(ofParts.leftOut)
    return [
      Inspection(
        path: path, format: "folder", bytes: bytes, manifest: manifest == Manifest() ? nil : manifest,
        groups: survey.groups, roles: roles.isEmpty ? nil : roles.count, metadata: [:], omittedMetadata: 0,
        others: others,
        notes: fileNotes + strays.map(\.description) + ofParts.notes
          + stacks.sorted { $0.key < $1.key }.flatMap(\.value)
          + Self.notes(onShapes: survey.groups, manifest, except: Set(stacks.keys)))
    ]
  }

  /// What the manifest says; one that cannot be read is among the errors.
  private static func manifest(in path: String, _ errors: inout [FileError]) -> Manifest {
    do {
      return try Manifest.read(inFolder: path)
    } catch let error as FileError {
      errors.append(error)
    } catch {}
    return Manifest()
  }

  /// How many scores and transcripts the dump `path` has.
  private static func others(in path: String) throws -> [String: Int] {
    var others: [String: Int] = [:]
    for part in ["scores", "transcripts"] where fileKind("\(path)/\(part)") == .folder {
      others[part] = try folderContents("\(path)/\(part)").count { $0.hasSuffix(".json") }
    }
    return others
  }

  /// Adds the tensors of a file of a folder to `survey`.
  ///
  /// - Returns: its bytes, and what reading verbs would say of it; of a stack of roles, how its axes are taken.
  private func add(
    _ path: String, part: String, to survey: inout TensorSurvey
  ) throws -> (bytes: Int, notes: [String], stack: [String]?) {
    let file = try TensorFile(path: path, void: void)
    for tensor in file.tensors { try survey.add(tensor, in: file, part: part, apart: false, readsValues: readsValues) }
    return (file.byteCount, Self.notes(of: file).map { "\(path): \($0)" }, Self.stack(in: file))
  }

  /// What there is to say of the dump, or file of role vectors, at `path`, which has the parts `parts`.
  ///
  /// - Returns: also the names of what is among the roles and is none.
  private func notes(_ path: String, _ parts: [String], bytes: Int) -> (notes: [String], leftOut: Set<String>) {
    var notes = [noteOnUnreadFiles(in: parts.isEmpty ? [path] : parts.map { "\(path)/\($0)" })].compactMap(\.self)
    if readsValues, parts.isEmpty || !parts.allSatisfy({ !$0.hasSuffix("vectors") }) {
      notes += RepeatedVectors.inDump(path, bytes: bytes)?.notes ?? []
    }
    if parts.contains("activations") { notes += Self.notes(onResponsesOf: path) }
    guard parts.contains(where: { $0.hasSuffix("vectors") }) else { return (notes, []) }
    let vectors = Self.vectors(of: path)
    return (notes + vectors.notes, vectors.leftOut)
  }
}

/// What went wrong with a folder that was inspected.
struct InspectFault: FileFault {
  let explanation: String
}
