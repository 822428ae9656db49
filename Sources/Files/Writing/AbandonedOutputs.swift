internal import Glibc

/// The temporary files of runs that were killed.
///
/// A file that is being written is locked (`flock`) by its writer, and a finished one that waits for its name lies in a
/// folder whose lock its run holds. What is neither is nobody's.
public enum AbandonedOutputs {
  /// Removes them from `folder`, unless a run holds it, or was killed in it: then that folder's next run does.
  public static func remove(from folder: String) {
    // Listed before the look at the lock: the files of a run that begins after it are not in the list.
    let names = temporaryNames(in: folder)
    if kindNow(of: "\(folder)/\(FolderLock.name)") == .missing { remove(names, from: folder) }
  }

  /// Removes them from `folder`, whose lock the caller holds.
  package static func removeAll(from folder: String) { remove(temporaryNames(in: folder), from: folder) }

  /// Whether `name` is of the files by which runs tell one another apart, which are no content of a folder.
  public static func isHousekeeping(_ name: String) -> Bool { name == FolderLock.name || isTemporary(name) }

  /// Whether `name` is of the form `.persona-<process>-<number>.tmp`.
  private static func isTemporary(_ name: String) -> Bool {
    guard name.hasPrefix(".persona-"), name.hasSuffix(".tmp") else { return false }
    let numbers = name.dropFirst(9).dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
    return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
  }

  private static func temporaryNames(in folder: String) -> [String] {
    ((try? folderContents(folder)) ?? []).filter(isTemporary)
  }

  private static func remove(_ names: [String], from folder: String) {
    for name in names {
      let path = "\(folder)/\(name)"
      let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, isFile(at: path, openAs: descriptor) { _ = unsafe unlink(path) }
    }
  }
}
