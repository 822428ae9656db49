internal import Synchronization
internal import TensorFiles

/// The finished roles of a run over responses, kept beside its output until that is complete.
///
/// Each role's mean is a file of its own; `manifest.json` lists them with the size and time of what they were made from.
/// A run that comes after one that was killed takes over those whose inputs are as they were.
final class PartsFolder: Sendable {
  struct Manifest: Codable {
    /// The options that bear on the numbers.
    var signature: [String: String] = [:]
    var roles: [ResponseRecord] = []
  }

  private static let manifestName = "manifest.json"

  private let folder: IntermediateFolder
  private let manifest = Mutex(Manifest())

  /// The parts of the output at `path`, whose folder the caller holds.
  init(besides path: String) { folder = IntermediateFolder(path: path + ".parts") }

  var path: String { folder.path }

  /// The roles that are done.
  var count: Int { manifest.withLock(\.roles.count) }

  private static func name(of role: String) -> String { "\(role).safetensors" }

  func path(of record: ResponseRecord) -> String { "\(path)/\(Self.name(of: record.role))" }

  /// Takes over what an earlier run with the same `signature` left of `sources`, and gives it, and how many roles were
  /// changed since.
  ///
  /// Another minimum, or another word on values that are not finite, costs only the roles that it bears on.
  func takeOver(
    _ sources: [ResponseSources.Source], signature: [String: String], minimum: (ResponseSources.Source) -> Int,
    skipsNonFinite: Bool
  ) throws -> (records: [String: ResponseRecord], changed: Int) {
    var old = Manifest()
    let file = "\(path)/\(Self.manifestName)"
    // One that is damaged is of no use, and of no harm.
    if fileKind(file) == .file, let found = try? decodeJSON(Manifest.self, at: file) { old = found }
    if old.signature != signature { old.roles = [] }
    let byRole = Dictionary(old.roles.map { ($0.role, $0) }) { _, last in last }
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
    let kept = Manifest(signature: signature, roles: sources.compactMap { records[$0.role] })
    manifest.withLock { $0 = kept }
    return (records, changed)
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
      // What was left out is soon left out again.
      guard manifest.roles.contains(where: \.isUsed) else { return }
      let file = try folder.file(named: Self.manifestName)
      try file.write(try encodeJSON(manifest) + "\n")
      try file.commit(isFlushed: false)
    }
  }

  /// Removes the folder: the output is complete.
  func remove() {
    let parts = ((try? folderContents(path)) ?? []).filter { $0.hasSuffix(".safetensors") }
    // The list first: what is left of a removal that is killed must not pass for roles that are done.
    folder.remove([Self.manifestName] + parts)
  }
}
