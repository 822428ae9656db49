internal import Dumps
internal import Files
internal import LinearAlgebra

/// The version of this toolkit.
public let toolVersion = "0.1.0"

/// An input file by which a result can be traced.
public struct InputDigest: Sendable, Codable, Equatable {
  /// The path, relative to the input as it was named where it lies in it.
  public let path: String
  /// Its size in bytes.
  public let size: Int
  /// Its SHA-256, in hexadecimal; nil for responses, of which there can be hundreds of gigabytes.
  public let sha256: String?
  /// Of responses, the XXH3 digest (128 bits, in hexadecimal) of what was read: keys, type, shape and elements.
  public let xxh3: String?

  /// That of the responses of a role.
  init(_ record: ResponseRecord) {
    (path, size, sha256, xxh3) = (record.path, record.state.size, nil, record.xxh3)
  }

  /// Responses that were measured, named relative to `root`, by the digest of what was read.
  init(ofResponses source: ResponseSources.Source, relativeTo root: String, xxh3: String) throws {
    path = Paths.relative(source.path, to: root)
    (size, sha256, self.xxh3) = (source.state.size, nil, xxh3)
  }

  /// Reads and digests the file at `path`, to be recorded as `name`.
  init(of path: String, as name: String) throws {
    let hash = SHA256Digest()
    var size = 0
    try forEachPiece(of: path) {
      hash.update($0)
      size += $0.count
    }
    self.path = name
    (self.size, xxh3) = (size, nil)
    sha256 = hash.finish()
  }
}

/// Digests the files at `paths` in order, each named relative to `root`.
func digests(of paths: [String], relativeTo root: String, threads: Int) async throws -> [InputDigest] {
  try await concurrentMap(paths, threads: threads) { path in
    try InputDigest(of: path, as: Paths.relative(path, to: root))
  }
}

/// The record of a run: all that is needed to repeat it. It holds no time, so that the same run gives the same
/// bytes.
public struct RunRecord: Sendable, Codable {
  /// The verb.
  let command: String
  /// What the verb read, by name.
  let input: String
  let inputs: [InputDigest]
  /// The options in force, by their long names.
  let options: [String: String]
  let seed: UInt64
  let versions: [String: String]

  /// A run of `command` on `input`.
  init(command: String, input: String, inputs: [InputDigest], options: [String: String], seed: UInt64) {
    (self.command, self.input, self.inputs, self.options, self.seed) = (command, input, inputs, options, seed)
    versions = ["persona": toolVersion, "openblas": openBLASVersion()]
  }
}
