internal import Glibc

/// A folder of intermediate results, which outlasts a run that is stopped or killed, for the next to go on from.
///
/// Its files appear whole or not at all, but are not flushed to the device: what a power failure takes must be noticed by
/// what the files say of themselves. The caller keeps other runs out.
package struct IntermediateFolder: Sendable {
  /// The folder's path.
  package let path: String

  /// The folder at `path`, which is made by the first write.
  package init(path: String) {
    self.path = path
    InputStates.current?.leaveOut(path)
    if kindNow(of: path) == .folder { AbandonedOutputs.removeAll(from: path) }
  }

  /// A new file, which `OutputFile.commit(isFlushed: false)` completes.
  ///
  /// - Throws: `FileError` if it cannot be made.
  package func file(named name: String) throws -> OutputFile {
    UnfinishedOutputs.forget(folders: try UnfinishedOutputs.makeFolders(path))
    return try OutputFile(path: "\(path)/\(name)")
  }

  /// Removes the files of these names, and the folder if nothing else is in it.
  package func remove(_ names: [String]) {
    for name in names { _ = unsafe unlink("\(path)/\(name)") }
    _ = unsafe rmdir(path)
  }
}
