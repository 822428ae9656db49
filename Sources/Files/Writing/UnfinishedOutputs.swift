internal import Glibc
internal import Synchronization

/// The temporary files and new folders of outputs that are not yet complete, for a program that is told to stop.
public enum UnfinishedOutputs {
  private static let paths = Mutex<(files: Set<String>, folders: [String], made: Int)>(([], [], 0))

  /// Held while the files of a run get their final names, which is not to be interrupted.
  private static let renaming = Mutex(())

  /// Removes them all, folders only if nothing else is in them, and then calls `end`, which should end the process:
  /// while it runs no output is begun.
  public static func removeAll(then end: () -> Void) {
    renaming.withLock { _ in
      paths.withLock { paths in
        for file in paths.files { _ = unsafe unlink(file) }
        for folder in paths.folders.reversed() { _ = unsafe rmdir(folder) }
        (paths.files, paths.folders) = ([], [])
        end()
      }
    }
  }

  /// Removes them all, if no other thread is at them: for a process that has no memory left, and will end.
  public static func removeAtOnce() {
    _ = renaming.withLockIfAvailable { _ in
      paths.withLockIfAvailable { paths in
        for file in paths.files { _ = unsafe unlink(file) }
        for folder in paths.folders.reversed() { _ = unsafe rmdir(folder) }
      }
    }
  }

  /// Calls `body`, which gives finished files their names, without being interrupted by `removeAll`.
  package static func rename(_ body: () throws -> Void) throws { try renaming.withLock { _ in try body() } }

  /// A new temporary file in `folder`, open for writing; the descriptor is negative, and `errno` set, if it cannot be
  /// made.
  package static func newFile(in folder: String) -> (descriptor: Int32, path: String) {
    // Under the lock, so that no file is made behind the back of `removeAll`.
    paths.withLock { paths in
      while true {
        paths.made += 1
        let path = "\(folder)/.persona-\(getpid())-\(paths.made).tmp"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
        if descriptor >= 0 {
          // The lock says that the file is not abandoned. One that another run took for that meanwhile is gone.
          let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
          guard !isTaken, isFile(at: path, openAs: descriptor) else {
            close(descriptor)
            continue
          }
          paths.files.insert(path)
        }
        // A file of that name is another run's, on a machine that shares the folder, or was left by a crash.
        if descriptor >= 0 || errno != EEXIST { return (descriptor, path) }
      }
    }
  }

  /// Calls `body`, which makes or removes files and says so, without `removeAll` coming between.
  package static func change<Result: Sendable>(_ body: (inout Set<String>) -> Result) -> Result {
    paths.withLock { body(&$0.files) }
  }

  package static func forget(file: String) { paths.withLock { _ = $0.files.remove(file) } }

  /// Makes `folder` and those it lies in, as far as they are not there, and gives those that were made.
  ///
  /// - Throws: `FileError` if one cannot be made.
  package static func makeFolders(_ folder: String) throws -> [String] {
    if kindNow(of: folder) == .folder { return [] }
    let parent = Paths.parent(of: folder)
    let above = parent == folder || parent == "." ? [] : try makeFolders(parent)
    let failure: Int32? = paths.withLock { paths in
      guard unsafe mkdir(folder, 0o777) == 0 else { return errno }
      paths.folders.append(folder)
      return nil
    }
    if let failure {
      // Another run made it in this moment.
      if failure == EEXIST, kindNow(of: folder) == .folder { return above }
      remove(folders: above)
      if kindNow(of: folder) == .file {
        throw FileError(path: folder, fault: OutputFault.wrongKind(found: "file"))
      }
      throw FileError(
        path: folder, fault: OutputFault.system(operation: "make the folder", reason: systemError(failure)))
    }
    return above + [folder]
  }

  package static func forget(folders: [String]) {
    paths.withLock { paths in paths.folders.removeAll { folders.contains($0) } }
  }

  /// Removes folders that were made, unless something was put there meanwhile.
  package static func remove(folders: [String]) {
    for folder in folders.reversed() { _ = unsafe rmdir(folder) }
    forget(folders: folders)
  }
}
