internal import Glibc
internal import Synchronization

/// The temporary files and new folders of outputs that are not yet complete, for a program that is told to stop.
public enum UnfinishedOutputs {
  private static let paths = Mutex<(files: Set<String>, folders: [String], made: Int)>(([], [], 0))

  /// Removes them all; folders only if nothing else is in them.
  public static func removeAll() {
    paths.withLock { paths in
      for file in paths.files { _ = unsafe unlink(file) }
      for folder in paths.folders.reversed() { _ = unsafe rmdir(folder) }
      (paths.files, paths.folders) = ([], [])
    }
  }

  /// A name for a temporary file in `folder`, which no other run and no other file of this run has.
  static func newFile(in folder: String) -> String {
    paths.withLock { paths in
      paths.made += 1
      let path = "\(folder)/.persona-\(getpid())-\(paths.made).tmp"
      paths.files.insert(path)
      return path
    }
  }

  static func forget(file: String) { paths.withLock { _ = $0.files.remove(file) } }

  /// Makes `folder` and those it lies in, as far as they are not there, and gives those that were made.
  ///
  /// - Throws: `FileError` if one cannot be made.
  static func makeFolders(_ folder: String) throws -> [String] {
    if fileKind(folder) == .folder { return [] }
    let parent = OutputFile.folder(of: folder)
    let above = parent == folder || parent == "." ? [] : try makeFolders(parent)
    guard unsafe mkdir(folder, 0o777) == 0 else {
      let reason = lastSystemError()
      remove(folders: above)
      if fileKind(folder) == .file {
        throw FileError(path: folder, fault: OutputFault.wrongKind(found: "file"))
      }
      throw FileError(path: folder, fault: OutputFault.system(operation: "make the folder", reason: reason))
    }
    paths.withLock { $0.folders.append(folder) }
    return above + [folder]
  }

  static func forget(folders: [String]) {
    paths.withLock { paths in paths.folders.removeAll { folders.contains($0) } }
  }

  /// Removes folders that were made, unless something was put there meanwhile.
  static func remove(folders: [String]) {
    for folder in folders.reversed() { _ = unsafe rmdir(folder) }
    forget(folders: folders)
  }
}
