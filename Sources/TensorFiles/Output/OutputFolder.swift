internal import Glibc

/// The files that one run puts into a folder: all of them, or none.
///
/// Files are written under temporary names. `commit()` renames them once the last one is complete, so a run that
/// fails before then leaves the folder as it was.
public final class OutputFolder {
  /// The folder's path.
  public let path: String
  private var files: [OutputFile] = []
  /// The folders that had to be made: this one, and those it lies in.
  private let made: [String]
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

  /// A new file of the folder.
  public func file(named name: String) throws -> OutputFile {
    let file = try OutputFile(path: "\(path)/\(name)")
    files.append(file)
    return file
  }

  /// Adds a text file.
  public func write(_ text: String, to name: String) throws {
    try file(named: name).write(text)
  }

  /// Completes all files, then gives them their final names.
  public func commit() throws {
    for file in files { try file.close() }
    for file in files { try file.rename() }
    isCommitted = true
    UnfinishedOutputs.forget(folders: made)
  }

  /// Removes the file `name` that an earlier run left and this one does not make.
  public func remove(_ name: String) { _ = unsafe unlink("\(path)/\(name)") }
}
