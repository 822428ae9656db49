internal import Files
package import TensorFiles

/// A file of role vectors, opened once, and what its metadata say in the place of a dump's manifest and table of roles.
package struct RecordedVectors: Sendable {
  package let file: TensorFile
  package let metadata: SpaceMetadata

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` if it is no tensor file.
  package init(at path: String) throws {
    file = try TensorFile(path: path)
    metadata = SpaceMetadata(of: file)
  }

  /// What a space, or averaged responses, say in a manifest's place, so that fitting their vectors again keeps their layers; of
  /// other files the manifest beside them.
  package var manifest: Manifest {
    guard metadata.format != nil else {
      return (try? Manifest.read(besideFileIn: Paths.parent(of: file.path))) ?? Manifest()
    }
    var manifest = Manifest()
    (manifest.model, manifest.layers) = (metadata.model, metadata.layers)
    return manifest
  }

  /// The groups and levels of the roles; an empty table if nothing is said of them.
  package var labels: RoleTable { RoleTable(metadata) }

  /// The name of the Assistant that the vectors were made with; nil if the file does not say, or holds none.
  package var assistantName: String? {
    file.tensors.contains { $0.name == "role_vectors" } ? metadata.assistant : nil
  }

  /// The responses behind each vector of a file of averaged responses; none of other files.
  package func counts() throws -> [String: Int] {
    guard metadata.format == .vectors, let roles = metadata.roles, let counts = metadata.counts,
      roles.count == counts.count
    else { return [:] }
    var result = Dictionary(zip(roles, counts)) { first, _ in first }
    if let count = file.tensors.first(where: { $0.name == "default_count" }) {
      result[metadata.assistant ?? "default"] = try file.read(count).first.flatMap { Int(exactly: $0) }
    }
    return result
  }
}
