internal import Synchronization

/// What there is to say of files that tasks read side by side; of files of which the same is said, the first is named.
final class FileNotes: Sendable {
  private let found = Mutex<[(path: String, note: String)]>([])

  /// Adds a note of the file `path`.
  func add(_ note: String, of path: String) { found.withLock { $0.append((path, note)) } }

  /// The notes, in the order of the files' names.
  var notes: [String] {
    let sorted = found.withLock { $0 }.sorted { ($0.path, $0.note) < ($1.path, $1.note) }
    return grouped(sorted) { [$0.note] }.map { group in
      "\(group[0].path)\(group.count > 1 ? " (and \(counted(group.count - 1, "more file")))" : ""): \(group[0].note)"
    }
  }
}
