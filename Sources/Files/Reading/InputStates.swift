internal import Synchronization

/// What a run has seen of its inputs: the state of each file when it was first looked at, what each path named, and which files the
/// folders held.
///
/// A run opens the same files in several stages. Where a file is written to, replaced, removed or added between two of them, its tables
/// would be of two states; every later look is held against the first, and all of them once more before outputs get their names.
public final class InputStates: Sendable {
  /// That of the run that goes on; nil where nobody asked for one.
  @TaskLocal public static var current: InputStates?

  private struct Listing {
    let folder: String
    let names: [String]
    let list: @Sendable () throws -> [String]
  }

  private struct Seen {
    var files: [String: FileIdentity] = [:]
    var kinds: [String: FileKind] = [:]
    var listings: [String: Listing] = [:]
    /// Folders of files that the run itself makes.
    var own: [String] = []
  }

  private let seen = Mutex(Seen())

  /// Nothing seen so far.
  public init() {}

  /// Leaves out what lies in `folder`: files that the run itself makes and reads again.
  package func leaveOut(_ folder: String) { seen.withLock { $0.own.append(folder) } }

  /// Takes note of the state of the file at `path`.
  ///
  /// - Throws: `FileError` if it had another before.
  func note(_ identity: FileIdentity, of path: String) throws {
    let isSame = seen.withLock { seen in
      if seen.own.contains(where: { Paths.isInside(path, $0) }) { return true }
      guard let first = seen.files[path] else {
        seen.files[path] = identity
        return true
      }
      return first == identity
    }
    if !isSame { throw FileError(path: path, fault: AccessFault.changed) }
  }

  /// Takes note of what `path` names.
  func note(_ kind: FileKind, at path: String) {
    seen.withLock { seen in
      if seen.kinds[path] == nil, !seen.own.contains(where: { Paths.isInside(path, $0) }) { seen.kinds[path] = kind }
    }
  }

  /// Whether there was a file at `path`, which a run that does not find it must not take for absent.
  func hasSeenFile(at path: String) -> Bool {
    seen.withLock { $0.files[path] != nil || $0.kinds[path] == .file }
  }

  /// The names that `list` gives of `folder`, of which note is taken under `purpose`.
  ///
  /// - Throws: `FileError` if there were others before, and what `list` throws.
  package static func listed(
    _ folder: String, for purpose: String, _ list: @escaping @Sendable () throws -> [String]
  ) throws -> [String] {
    let names = try list()
    guard let states = current else { return names }
    let first = states.seen.withLock { seen in
      if let first = seen.listings["\(purpose) \(folder)"] { return first.names }
      seen.listings["\(purpose) \(folder)"] = Listing(folder: folder, names: names, list: list)
      return names
    }
    try check(names, first, folder)
    return names
  }

  private static func check(_ names: [String], _ first: [String], _ folder: String) throws {
    if let other = Set(names).symmetricDifference(first).min() {
      throw FileError(path: "\(folder)/\(other)", fault: AccessFault.changed)
    }
  }

  /// Looks at everything once more.
  ///
  /// - Throws: `FileError` that names a file which is not what it was.
  public func checkUnchanged() throws {
    let seen = seen.withLock { $0 }
    for (path, identity) in seen.files.sorted(by: { $0.key < $1.key }) {
      guard (try? FileIdentity(at: path)) == identity else { throw FileError(path: path, fault: AccessFault.changed) }
    }
    for (path, kind) in seen.kinds.sorted(by: { $0.key < $1.key }) where kindNow(of: path) != kind {
      throw FileError(path: path, fault: AccessFault.changed)
    }
    for (_, listing) in seen.listings.sorted(by: { $0.key < $1.key }) {
      guard let names = try? listing.list() else { throw FileError(path: listing.folder, fault: AccessFault.changed) }
      try Self.check(names, listing.names, listing.folder)
    }
  }
}
