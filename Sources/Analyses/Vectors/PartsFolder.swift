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
/// are as they were.
final class PartsFolder: Sendable {
  private struct Manifest {
    /// The options that bear on the numbers.
    var signature: [String: String] = [:]
    var roles: [ResponseRecord] = []
    /// The file, once it is there.
    var file: AppendedFile?
  }

  private static let manifestName = "manifest.jsonl"
  private static let ending = ".parts"

  private let folder: IntermediateFolder
  private let manifest = Mutex(Manifest())

  /// The parts of the output at `path`, whose folder the caller holds.
  init(besides path: String) { folder = IntermediateFolder(path: path + Self.ending) }

  var path: String { folder.path }

  /// The roles that are done.
  var count: Int { manifest.withLock(\.roles.count) }

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
    let byRole = Dictionary(listed(under: signature).map { ($0.role, $0) }) { _, last in last }
    var (records, changed) = ([String: ResponseRecord](), 0)
    for source in sources {
      guard let record = byRole[source.role], record.isUsed || record.counts.kept < minimum(source),
        skipsNonFinite || record.counts.nonFinite == 0
      else { continue }
      if record.state == source.state, record.scoresState == source.scores?.state, isWhole(record) {
        records[source.role] = record
      } else {
        changed += 1
      }
    }
    let roles = sources.compactMap { records[$0.role] }
    manifest.withLock { ($0.signature, $0.roles) = (signature, roles) }
    return (records, changed)
  }

  /// The roles that the list names, if it was made with `signature`.
  private func listed(under signature: [String: String]) -> [ResponseRecord] {
    let file = "\(path)/\(Self.manifestName)"
    // One that is damaged is of no use, and of no harm; nor is a line that was torn.
    guard fileKind(file) == .file, let bytes = try? readFile(file) else { return [] }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    let decoder = JSONDecoder()
    guard let first = lines.first, (try? decoder.decode([String: String].self, from: Data(first))) == signature else {
      return []
    }
    return lines.dropFirst().compactMap { try? decoder.decode(ResponseRecord.self, from: Data($0)) }
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

  /// Lists the role as done.
  func add(_ record: ResponseRecord) throws {
    try manifest.withLock { manifest in
      manifest.roles.append(record)
      if let file = manifest.file { return try file.append(try encodeJSON(record, pretty: false)) }
      // What was left out is soon left out again: no list for that alone.
      guard manifest.roles.contains(where: \.isUsed) else { return }
      let file = try folder.file(named: Self.manifestName)
      let lines =
        try [encodeJSON(manifest.signature, pretty: false)] + manifest.roles.map { try encodeJSON($0, pretty: false) }
      try file.write(lines.map { $0 + "\n" }.joined())
      try file.commit(isFlushed: false)
      manifest.file = try AppendedFile(path: file.path)
    }
  }

  /// Removes the folder: the output is complete.
  func remove() {
    let parts = ((try? folderContents(path)) ?? []).filter { $0.hasSuffix(".safetensors") }
    // The list first: what is left of a removal that is killed must not pass for roles that are done.
    folder.remove([Self.manifestName] + parts)
  }
}
