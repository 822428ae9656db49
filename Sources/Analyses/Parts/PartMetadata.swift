internal import Dumps
internal import Files
internal import FoundationEssentials

/// What a run is of: by it parts of one are told from those of other files or options.
protocol PartIdentity: Sendable, Codable, Equatable {
  /// The verb whose parts it is of.
  static var kind: PartKind { get }
  /// Whether its numbers are such as can be.
  var isSound: Bool { get }
  /// What differs from `other`, in words; nil if nothing does.
  func difference(from other: Self) -> String?
}

/// The verbs whose work can be done in parts.
public enum PartKind: String, Sendable {
  case components, vectors

  /// What the metadata of a part say.
  var format: String {
    switch self {
    case .components: "persona part 1"
    case .vectors: "persona vectors part 1"
    }
  }
}

/// What the file of a part says of itself.
struct PartMetadata<Identity: PartIdentity>: Sendable {
  let part: WorkPart
  let identity: Identity

  init(_ part: WorkPart, _ identity: Identity) { (self.part, self.identity) = (part, identity) }

  /// Reads it from the `metadata` of the file at `path`.
  ///
  /// - Throws: `FileError` if it is of no part.
  init(_ metadata: [String: String], path: String) throws {
    guard metadata["format"] == Identity.kind.format, let part = metadata["part"].flatMap({ WorkPart($0) }),
      let text = metadata["identity"],
      let identity = try? JSONDecoder().decode(Identity.self, from: Data(text.utf8)), identity.isSound
    else { throw FileError(path: path, fault: PartsFault.notAPart) }
    (self.part, self.identity) = (part, identity)
  }

  var entries: [(key: String, value: String)] {
    get throws {
      [
        (key: "format", value: Identity.kind.format), (key: "part", value: "\(part.number)/\(part.count)"),
        (key: "identity", value: try encodeJSON(identity, pretty: false)),
      ]
    }
  }
}

/// A file that a part was made of: its name with that of its folder, its size, and when it was changed.
struct PartInput: Sendable, Codable, Equatable {
  let name: String
  let size: Int
  /// How many rows it has; nil of responses.
  var rows: Int?
  let modified: [Int]
  /// The digest of what was looked at of its content; nil where that is elsewhere.
  var content: String?

  /// That at `path`, or all files of the folder there.
  init(at path: String, rows: Int? = nil, content: String? = nil) throws {
    let state = try FileState(ofAll: path)
    let folder = Paths.lastComponent(of: Paths.parent(of: resolvedPath(path) ?? path))
    name = "\(folder)/\(Paths.lastComponent(of: path))"
    (size, modified, self.rows, self.content) = (state.size, state.modified, rows, content)
  }

  /// What differs of `own` from `other`, in words; nil if nothing does.
  static func difference(of own: [Self], from other: [Self]) -> String? {
    let (names, others) = (Set(own.map(\.name)), Set(other.map(\.name)))
    if let stranger = own.first(where: { !others.contains($0.name) }) { return "it has the file \(stranger.name)" }
    if let absent = other.first(where: { !names.contains($0.name) }) { return "it lacks the file \(absent.name)" }
    if own.count != other.count {
      return "it has \(counted(own.count, "file")), and that \(other.count): one was given twice"
    }
    guard let (mine, its) = zip(own, other).first(where: { $0 != $1 }) else { return nil }
    if mine.name != its.name { return "its files were given in another order, \(mine.name) where that has \(its.name)" }
    if mine.size != its.size {
      return "\(mine.name) was changed in between: it has \(mine.size) bytes here, and \(its.size) there"
    }
    return mine.modified != its.modified
      ? "\(mine.name) was changed in between"
      : "\(mine.name) has other content there: it was changed in between, or is read in another way"
  }
}
