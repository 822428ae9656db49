internal import Glibc

/// What the operating system, or the file system's content, did not allow.
public enum AccessFault: FileFault, Equatable {
  /// There is nothing at the path.
  case missing
  /// The name of a file, as a folder lists it or as it was given, has bytes that are not UTF-8, so that it cannot be opened by its text.
  case notUTF8
  /// The path names a folder or a special file where a regular file is wanted.
  case notRegularFile(kind: String)
  /// The operating system refused an operation.
  case system(operation: String, reason: String)
  /// Fewer bytes could be read than the file had when it was opened.
  case shortRead(offset: Int, wanted: Int, found: Int)
  /// The file is not what it was when the run first looked at it.
  case changed
  /// The file is longer than a text of its kind may be.
  case tooLong(bytes: Int, limit: Int)

  /// The kind of trouble.
  public var category: FaultCategory {
    switch self {
    case .missing, .notUTF8, .notRegularFile: .notFound
    case .system, .shortRead, .changed: .readWrite
    case .tooLong: .data
    }
  }

  /// Why nothing is found at `path`: the name may have lost bytes that are not UTF-8 on its way here.
  public static func nothing(at path: String) -> AccessFault {
    // Where such a name is read, of a folder or of the command line, this character stands for what is not UTF-8.
    path.unicodeScalars.contains("\u{FFFD}") ? .notUTF8 : .missing
  }

  /// Why `operation` on the file at `path` just failed: one that the run has seen before is not simply missing.
  static func unopened(_ operation: String, _ path: String) -> AccessFault {
    if errno != ENOENT { return .system(operation: operation, reason: lastSystemError()) }
    let nothing = nothing(at: path)
    return nothing == .missing && InputStates.current?.hasSeenFile(at: path) == true ? .changed : nothing
  }

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .missing:
      "no such file or folder"
    case .notUTF8:
      "the name has bytes that are not UTF-8, shown here as \u{FFFD}; give the file or folder another name (mv, with ? in their place)"
    case .notRegularFile(let kind):
      "this is a \(kind), a file is wanted"
    case .system(let operation, let reason):
      "cannot \(operation): \(reason)"
    case .shortRead(let offset, let wanted, let found):
      "the file ends early: \(wanted) bytes wanted at offset \(offset), \(found) found; it was cut while being read"
    case .changed:
      "the file was changed, added or removed while it was being read; run again when it is complete"
    case .tooLong(let bytes, let limit):
      "\(bytes) bytes; at most \(limit) are read"
    }
  }
}
