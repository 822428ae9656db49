internal import Glibc

/// A folder of intermediate results, which outlasts a run that is stopped or killed, for the next to go on from.
///
/// Its files appear whole or not at all, but are not flushed to the device: what a power failure takes must be noticed by
/// what the files say of themselves. The caller keeps other runs out. A mark in it tells it from a folder of a user's, of which no
/// file is removed.
package struct IntermediateFolder: Sendable {
  /// The folder's path.
  package let path: String

  private static let mark = ".persona-intermediate"

  /// The folder at `path`, which is made by the first write.
  ///
  /// - Throws: `FileError` if it holds files that no run kept there.
  package init(path: String) throws {
    self.path = path
    InputStates.current?.leaveOut(path)
    guard kindNow(of: path) == .folder else { return }
    AbandonedOutputs.removeAll(from: path)
    let names = try folderContents(path).filter { !AbandonedOutputs.isHousekeeping($0) }
    if !names.isEmpty, !names.contains(Self.mark) {
      throw FileError(path: path, fault: OutputFault.strangeFiles(names, mark: Self.mark))
    }
  }

  /// A new file, which `OutputFile.commit(isFlushed: false)` completes.
  ///
  /// - Throws: `FileError` if it cannot be made.
  package func file(named name: String) throws -> OutputFile {
    UnfinishedOutputs.forget(folders: try UnfinishedOutputs.makeFolders(path))
    if kindNow(of: "\(path)/\(Self.mark)") == .missing {
      let mark = try OutputFile(path: "\(path)/\(Self.mark)")
      try mark.write("What a run of persona keeps until it is complete. The next one goes on from it, or removes it.\n")
      try mark.commit(isFlushed: false)
    }
    return try OutputFile(path: "\(path)/\(name)")
  }

  /// Removes the files of these names, and the folder if nothing else is in it.
  package func remove(_ names: [String]) {
    for name in names { _ = unsafe unlink("\(path)/\(name)") }
    // The mark last: without it what is left would pass for a user's.
    guard let left = try? folderContents(path), left.allSatisfy({ $0 == Self.mark }) else { return }
    _ = unsafe unlink("\(path)/\(Self.mark)")
    _ = unsafe rmdir(path)
  }
}
