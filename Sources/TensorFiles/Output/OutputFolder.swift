internal import Glibc

/// The files that one run puts into a folder.
///
/// Files are written under temporary names. `commit()` renames them once the last one is complete, so a run that
/// fails or is told to stop before then leaves the folder as it was.
public final class OutputFolder {
  /// The folder's path.
  public let path: String
  private var files: [OutputFile] = []
  /// The folders that had to be made: this one, and those it lies in.
  private var made: [String]
  private var isCommitted = false

  /// Makes the folder, and those it lies in, if they are not there.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - names: the files that may be made in it.
  ///   - replacing: whether files of these names may be replaced.
  ///   - inputs: the files and folders that are read, which may be neither this folder nor one of its files.
  /// - Throws: `FileError` if the folder cannot be made, is a file, or holds one of `names` and `replacing`
  ///   is false.
  public init(path: String, names: [String], replacing: Bool, inputs: [String] = []) throws {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    for input in inputs where areSameFile(input, self.path) {
      throw FileError(path: path, fault: OutputFault.isInput)
    }
    made = try UnfinishedOutputs.makeFolders(self.path)
    if !made.isEmpty { return }
    guard unsafe access(self.path, W_OK | X_OK) == 0 else {
      let reason = lastSystemError()
      throw FileError(path: path, fault: OutputFault.system(operation: "write to the folder", reason: reason))
    }
    for name in names {
      let file = "\(self.path)/\(name)"
      for input in inputs where areSameFile(input, file) {
        throw FileError(path: file, fault: OutputFault.isInput)
      }
      switch fileKind(file) {
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
      UnfinishedOutputs.remove(folders: made)
    }
  }

  /// A new file of the folder, or of a sub-folder, which is made if need be: `turns/a.safetensors`.
  public func file(named name: String) throws -> OutputFile {
    made += try UnfinishedOutputs.makeFolders(OutputFile.folder(of: "\(path)/\(name)"))
    let file = try OutputFile(path: "\(path)/\(name)")
    files.append(file)
    return file
  }

  /// Adds a text file.
  public func write(_ text: String, to name: String) throws {
    let file = try file(named: name)
    try file.write(text)
    try file.close()
  }

  /// Completes all files, then gives them their final names.
  public func commit() throws {
    for file in files { try file.close() }
    try UnfinishedOutputs.rename { for file in files { try file.rename() } }
    isCommitted = true
    UnfinishedOutputs.forget(folders: made)
  }

  /// Removes the file `name` that an earlier run left and this one does not make.
  public func remove(_ name: String) { _ = unsafe unlink("\(path)/\(name)") }
}
