internal import Dumps
internal import Files
internal import FoundationEssentials
internal import Statistics
internal import Synchronization
internal import TensorFiles

/// The finished roles of a run over responses, kept beside its output until that is complete.
///
/// Each role's mean is a file of its own; `manifest.jsonl` lists them, a line each behind one with the options, with the size,
/// time and number of the files they were made from. A run that comes after one that was killed takes over those whose inputs
/// are as they were. Of several processes that divide the roles each has a list of its own, `manifest-1.jsonl` and so on.
final class PartsFolder: Sendable {
  private struct Manifest {
    /// The options that bear on the numbers.
    var signature: [String: String] = [:]
    var roles: [ResponseRecord] = []
    /// The file, once it is there.
    var file: AppendedFile?
  }

  private static func isManifest(_ name: String) -> Bool { name.hasPrefix("manifest") && name.hasSuffix(".jsonl") }
  private static let ending = ".parts"

  private let folder: IntermediateFolder
  private let manifestName: String
  private let manifest = Mutex(Manifest())

  /// The parts of the output at `path`, whose folder the caller holds, or leads to.
  ///
  /// - Parameter process: its number among those that divide the roles.
  ///
  /// - Throws: `FileError` if there is a folder of that name with other files.
  init(besides path: String, process: Int = 0) throws {
    folder = try IntermediateFolder(path: path + Self.ending)
    manifestName = process == 0 ? "manifest.jsonl" : "manifest-\(process).jsonl"
  }

  var path: String { folder.path }

  /// How many of `roles` are done.
  func count(among roles: [String]) -> Int {
    let wanted = Set(roles)
    return manifest.withLock { $0.roles.count { wanted.contains($0.role) } }
  }

  private static func name(of role: String) -> String { "\(role).safetensors" }

  func path(ofRole role: String) -> String { "\(path)/\(Self.name(of: role))" }

  /// The mean in a role's part.
  func source(ofRole role: String) -> VectorSource {
    VectorSource(name: role, path: path(ofRole: role), tensor: "vector")
  }

  /// No role's name begins with a dot.
  private static let adjustedName = ".adjusted.safetensors"

  /// The vectors of all roles freed of the questions.
  var adjustedPath: String { "\(path)/\(Self.adjustedName)" }

  /// A new file for them.
  func adjustedFile() throws -> OutputFile { try folder.file(named: Self.adjustedName) }

  func path(of record: ResponseRecord) -> String { path(ofRole: record.role) }

  /// Takes over what an earlier run with the same `signature` left of `sources`, and gives it, and how many roles were
  /// changed since.
  ///
  /// Another minimum, or another word on values that are not finite, costs only the roles that it bears on.
  func takeOver(
    _ sources: [ResponseSources.Source], signature: [String: String], minimum: (ResponseSources.Source) -> Int,
    skipsNonFinite: Bool
  ) throws -> (records: [String: ResponseRecord], changed: Int) {
    try OutputFile.requireName(ofFile: String(path.dropLast(Self.ending.count)), ending: Self.ending)
    for source in sources {
      try OutputFile.requireName(ofFile: source.role, ending: Self.name(of: ""), source: source.path)
    }
    let byRole = Dictionary(grouping: listed(under: signature), by: \.role)
    var (records, changed) = ([String: ResponseRecord](), 0)
    for source in sources {
      let listed = byRole[source.role, default: []].filter { record in
        (record.isUsed || record.counts.kept < minimum(source)) && (skipsNonFinite || record.counts.nonFinite == 0)
      }
      if listed.isEmpty { continue }
      records[source.role] = listed.last { record in
        record.state == source.state && record.scoresState == source.scores?.state && isWhole(record)
      }
      if records[source.role] == nil { changed += 1 }
    }
    let roles = sources.compactMap { records[$0.role] }
    manifest.withLock { ($0.signature, $0.roles) = (signature, roles) }
    return (records, changed)
  }

  /// The roles that the lists name, as far as they were made with `signature`.
  private func listed(under signature: [String: String]) -> [ResponseRecord] {
    ((try? folderContents(path)) ?? []).filter(Self.isManifest).sorted().flatMap { name -> [ResponseRecord] in
      // One that is damaged is of no use, and of no harm; nor is a line that was torn.
      guard fileKind("\(path)/\(name)") == .file, let bytes = try? readFile("\(path)/\(name)") else { return [] }
      let lines = bytes.split(separator: UInt8(ascii: "\n"))
      let decoder = JSONDecoder()
      guard let first = lines.first, (try? decoder.decode([String: String].self, from: Data(first))) == signature else {
        return []
      }
      return lines.dropFirst().compactMap { try? decoder.decode(ResponseRecord.self, from: Data($0)) }
    }
  }

  /// Throws unless the means of `records`, which the process `process` wrote, are here as it wrote them.
  func requireWhole(_ records: [ResponseRecord], of process: Int) throws {
    for record in records where !isWhole(record) {
      throw FileError(path: path(of: record), fault: VectorsFault.notShared(process: process))
    }
  }

  private func isWhole(_ record: ResponseRecord) -> Bool {
    if !record.isUsed { return true }
    return (try? Self.digest(of: path(of: record))) == record.part
  }

  private static func digest(of path: String) throws -> String {
    let digest = ContentDigest()
    try forEachPiece(of: path) { digest.update($0[...]) }
    return digest.text
  }

  /// Keeps the mean of a role: `vector` (layers, d) and `within_sum_of_squares` (layers).
  ///
  /// - Returns: the digest of the part.
  func write(_ mean: RoleJob.Mean, of role: String) throws -> String {
    let layers = mean.sumsOfSquares.count
    let file = try folder.file(named: Self.name(of: role))
    let writer = try SafetensorsWriter(
      file,
      tensors: [
        .init(name: "vector", elementType: .float64, shape: [layers, mean.vector.count / layers]),
        .init(name: "within_sum_of_squares", elementType: .float64, shape: [layers]),
      ])
    try writer.write(mean.vector, to: "vector")
    try writer.write(mean.sumsOfSquares, to: "within_sum_of_squares")
    writer.checkComplete()
    try file.commit(isFlushed: false)
    return try Self.digest(of: file.path)
  }

  /// The mean of a role, as it was kept.
  func mean(of record: ResponseRecord) throws -> RoleJob.Mean {
    let file = try TensorFile(path: path(of: record))
    return RoleJob.Mean(
      vector: try file.read(try file.tensor(named: "vector")),
      sumsOfSquares: try file.read(try file.tensor(named: "within_sum_of_squares")), digests: [])
  }

  /// Lists the role as done.
  func add(_ record: ResponseRecord) throws {
    try manifest.withLock { manifest in
      manifest.roles.append(record)
      if let file = manifest.file { return try file.append(try encodeJSON(record, pretty: false)) }
      // What was left out is soon left out again: no list for that alone.
      guard manifest.roles.contains(where: \.isUsed) else { return }
      let file = try folder.file(named: manifestName)
      let lines =
        try [encodeJSON(manifest.signature, pretty: false)] + manifest.roles.map { try encodeJSON($0, pretty: false) }
      try file.write(lines.map { $0 + "\n" }.joined())
      try file.commit(isFlushed: false)
      manifest.file = try AppendedFile(path: file.path)
    }
  }

  /// Removes the folder: the output is complete.
  func remove() {
    let names = (try? folderContents(path)) ?? []
    // The lists first: what is left of a removal that is killed must not pass for roles that are done.
    let own = names.filter { $0 == Self.adjustedName || $0.hasSuffix(".safetensors") && !$0.hasPrefix(".") }
    folder.remove(names.filter(Self.isManifest) + own)
  }
}
