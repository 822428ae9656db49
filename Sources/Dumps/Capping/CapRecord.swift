internal import Files

/// What the manifest of a dump says of the cap that was in the model while it was read (`dump_activations.py --cap`).
package struct CapRecord: Decodable, Sendable, Equatable {
  /// The layers behind which it capped, and the floor at each.
  package let layers: [Int]
  package let tau: [Double]
  /// The digest of the space whose axes it took; nil where it took those of a file.
  package let spaceDigest: String?
  /// The name of the cap that a file had.
  package let id: String?

  enum CodingKeys: String, CodingKey {
    case layers, tau, id
    case spaceDigest = "space_sha256"
  }

  private struct Manifest: Decodable { let capping: CapRecord? }

  /// That of the dump that `path` is, or is the folder of turns of; nil if it says nothing of a cap.
  ///
  /// - Throws: `FileError` if the manifest is not the JSON that is wanted.
  package static func read(_ path: String) throws -> CapRecord? {
    for folder in [path, Paths.parent(of: path)] where fileKind("\(folder)/manifest.json") == .file {
      let manifest = "\(folder)/manifest.json"
      let record = try decodeJSON(Manifest.self, at: manifest).capping
      if let record, record.layers.count != record.tau.count || record.layers.isEmpty {
        throw FileError(path: manifest, place: "capping", fault: CappingFault.record)
      }
      return record
    }
    return nil
  }
}
