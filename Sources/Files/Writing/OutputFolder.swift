internal import Glibc

/// The files that one run puts into a folder.
///
/// Files are written under temporary names. `commit()` renames them once the last one is complete, so a run that
/// fails or is told to stop before then leaves the folder as it was. Until then no other run can open the folder, or a
/// sub-folder with files of this one; what killed runs left in them is removed.
public final class OutputFolder {
  /// The folder's path.
  public let path: String
  /// The files made so far, by their names in the folder.
  public private(set) var names: [String] = []
  private var files: [OutputFile] = []
  /// The folders that had to be made: this one, and those it lies in.
  private var made: [String]
  /// The lock of each folder written to.
  private var locks: [String: FolderLock] = [:]
  private var isCommitted = false
  private var whenCommitted: [() -> Void] = []

  /// Makes the folder, and those it lies in, if they are not there.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - names: the files that may be made in it.
  ///   - replacing: whether files of these names may be replaced.
  ///   - inputs: the files and folders that are read, which may be neither this folder nor one of its files.
  /// - Throws: `FileError` if the folder cannot be made, is a file, is being written to by another run, or holds one of
  ///   `names` and `replacing` is false.
  public init(path: String, names: [String], replacing: Bool, inputs: [String] = []) throws {
    self.path = Paths.trimmed(path)
    for input in inputs where areSameFile(input, self.path) {
      throw FileError(path: path, fault: OutputFault.isInput)
    }
    made = try UnfinishedOutputs.makeFolders(self.path)
    guard unsafe access(self.path, W_OK | X_OK) == 0 else {
      let reason = lastSystemError()
      throw FileError(path: path, fault: OutputFault.system(operation: "write to the folder", reason: reason))
    }
    // Before the look at what is there, which another run could change.
    try lock(self.path)
    for name in names {
      let file = "\(self.path)/\(name)"
      for input in inputs where areSameFile(input, file) {
        throw FileError(path: file, fault: OutputFault.isInput)
      }
      switch kindNow(of: file) {
      case .missing: break
      case .folder: throw FileError(path: file, fault: OutputFault.wrongKind(found: "folder"))
      default: if !replacing { throw FileError(path: file, fault: OutputFault.exists) }
      }
    }
  }

  deinit {
    if !isCommitted {
      // By hand: when the array is released is the optimiser's choice.
      for file in files { file.discard() }
      unlock()
      UnfinishedOutputs.remove(folders: made)
    }
  }

  /// Locks `folder` for as long as this run writes, and clears it of what killed runs left.
  private func lock(_ folder: String) throws {
    if locks[folder] != nil { return }
    locks[folder] = try FolderLock(folder)
    AbandonedOutputs.removeAll(from: folder)
  }

  private func unlock() {
    for lock in locks.values { lock.release() }
    locks = [:]
  }

  /// A new file of the folder, or of a sub-folder, which is made if need be: `turns/a.safetensors`.
  public func file(named name: String) throws -> OutputFile {
    let folder = Paths.parent(of: "\(path)/\(name)")
    made += try UnfinishedOutputs.makeFolders(folder)
    try lock(folder)
    let file = try OutputFile(path: "\(path)/\(name)")
    files.append(file)
    names.append(name)
    return file
  }

  /// Adds a text file.
  public func write(_ text: String, to name: String) throws {
    let file = try file(named: name)
    try file.write(text)
    try file.close()
  }

  /// Where the file `name` of this run lies until it gets its name; nil if there is none. It must be complete to be read.
  package func writtenPath(of name: String) -> String? {
    names.firstIndex(of: name).map { files[$0].temporaryPath }
  }

  /// Calls `body` when the files have their names, before another run can have the folder.
  package func whenCommitted(_ body: @escaping () -> Void) { whenCommitted.append(body) }

  /// Completes all files, gives them their final names, and ends the hold on the folder.
  ///
  /// - Parameter stale: files that an earlier run left and this one does not make, which are removed: they would pass
  ///   for its results.
  public func commit(removing stale: [String] = []) throws {
    for file in files { try file.close() }
    try UnfinishedOutputs.rename {
      // Folders are flushed afterwards, once each: a run that is killed between two renames leaves some files of it and some of none.
      for file in files { try file.rename(isFlushed: false) }
      for name in stale { _ = unsafe unlink("\(path)/\(name)") }
      // A sub-folder that is left empty goes with its files; one that is not stays.
      for folder in Set(stale.filter { $0.contains("/") }.map { Paths.parent(of: "\(path)/\($0)") }) {
        _ = unsafe rmdir(folder)
      }
    }
    isCommitted = true
    for folder in Set(files.map { Paths.parent(of: $0.path) }) { OutputFile.flush(folder: folder) }
    for body in whenCommitted { body() }
    unlock()
    UnfinishedOutputs.forget(folders: made)
  }
}
