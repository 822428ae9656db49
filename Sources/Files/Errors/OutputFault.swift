/// Why an output cannot be made.
public enum OutputFault: FileFault, Equatable {
  /// The operating system refused an operation.
  case system(operation: String, reason: String)
  /// A write failed on the way: the device is full, or broken.
  case interrupted(operation: String, reason: String)
  /// The output is there already.
  case exists
  /// The output is one of the files that are read.
  case isInput
  /// The output lies in a folder that is read.
  case insideInput(String)
  /// A folder is wanted where a file is, or the reverse.
  case wrongKind(found: String)
  /// The name of a file that is to be made, of which one is kept meanwhile, has more bytes than a file system takes.
  case longName(bytes: Int, most: Int)
  /// The folder of intermediate results holds files, and not the mark of a run.
  case strangeFiles([String], mark: String)
  /// Another run writes to the folder; `holder` is empty if it does not say which.
  case locked(holder: String)

  /// The kind of trouble.
  public var category: FaultCategory {
    if case .interrupted = self { .readWrite } else { .cannotCreate }
  }

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .system(let operation, let reason), .interrupted(let operation, let reason):
      "cannot \(operation): \(reason)"
    case .exists: "it is there already; give --force to replace it, or another -o"
    case .isInput: "this is one of the files that are read; nothing read is written to, give another -o"
    case .insideInput(let input):
      "this lies in \(input), which is read: its files could replace or pass for input; give another -o"
    case .wrongKind(let found): "there is a \(found) of this name; give another -o"
    case .longName(let bytes, let most): "a name of \(bytes) bytes; at most \(most) can be used, give a shorter one"
    case .strangeFiles(let names, let mark):
      """
      intermediate results would be kept in this folder, and removed in the end, but it holds files (\(listed(names, most: 3))) and no \(mark), \
      by which those of a run are known; move them away, remove them if they are of an older run, or give another -o
      """
    case .locked(let holder):
      "another run writes to this folder\(holder.isEmpty ? "" : ": \(holder)"); wait until it ends, or give another -o"
    }
  }
}
