/// A broken invariant of one file format, or a failed operation on a file.
public protocol FileFault: Error, Sendable {
  /// What was found and what was expected, and what to do about it; one line, no file name.
  var explanation: String { get }
  /// The kind of trouble, by which a command chooses its exit status.
  var category: FaultCategory { get }
}

extension FileFault {
  /// Most faults are of the data.
  public var category: FaultCategory { .data }
}

/// The kinds of trouble with files.
public enum FaultCategory: Sendable {
  /// What a file holds is not what is wanted.
  case data
  /// There is no such input.
  case notFound
  /// An output cannot be made.
  case cannotCreate
  /// Reading or writing failed on the way.
  case readWrite
}

/// A fault together with the file, and the place in it, where it was found.
public struct FileError: Error, Sendable, CustomStringConvertible {
  /// The file or folder as the caller named it.
  public let path: String
  /// The tensor, archive member or byte offset, if the fault has one.
  public let place: String?
  /// What is wrong.
  public let fault: any FileFault

  /// An error in the file at `path`, at `place` in it.
  public init(path: String, place: String? = nil, fault: any FileFault) {
    self.path = path
    self.place = place
    self.fault = fault
  }

  /// The error in words: file, place, fault.
  public var description: String {
    // The one tensor of a file that is nothing else has no name.
    ([path] + [place].compactMap { $0 }.filter { !$0.isEmpty } + [fault.explanation]).joined(separator: ": ")
  }
}

/// What the operating system, or the file system's content, did not allow.
public enum AccessFault: FileFault, Equatable {
  /// There is nothing at the path.
  case missing
  /// The path names a folder or a special file where a regular file is wanted.
  case notRegularFile(kind: String)
  /// The operating system refused an operation.
  case system(operation: String, reason: String)
  /// Fewer bytes could be read than the file had when it was opened.
  case shortRead(offset: Int, wanted: Int, found: Int)
  /// The file was changed while it was open.
  case changed

  /// The kind of trouble.
  public var category: FaultCategory {
    switch self {
    case .missing, .notRegularFile: .notFound
    case .system, .shortRead, .changed: .readWrite
    }
  }

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .missing:
      "no such file or folder"
    case .notRegularFile(let kind):
      "this is a \(kind), a file is wanted"
    case .system(let operation, let reason):
      "cannot \(operation): \(reason)"
    case .shortRead(let offset, let wanted, let found):
      "the file ends early: \(wanted) bytes wanted at offset \(offset), \(found) found; it was cut while being read"
    case .changed:
      "the file was changed while it was being read; run again when it is complete"
    }
  }
}

/// A request that a tensor file cannot fulfil.
public enum TensorFault: FileFault, Equatable {
  /// The content is of no format that is read here.
  case unknownFormat(start: [UInt8])
  /// No tensor has the wanted name.
  case noSuchTensor(name: String, present: [String])
  /// The file is longer than a text of its kind may be.
  case tooLong(bytes: Int, limit: Int)

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .unknownFormat(let start):
      if start.isEmpty {
        "the file is empty"
      } else if start.starts(with: "version ".utf8) {
        "a Git LFS pointer, not the file itself; fetch that with `git lfs pull`"
      } else if start.first == UInt8(ascii: "<") {
        "a web page or XML, not tensors; the download went wrong"
      } else {
        "not a .pt, .safetensors, .npy, .npz or .gguf file (it starts with bytes \(hexadecimal(start)))"
      }
    case .noSuchTensor(let name, let present):
      "no tensor '\(name)' here; there is \(listed(present))"
    case .tooLong(let bytes, let limit):
      "\(bytes) bytes; at most \(limit) are read"
    }
  }
}

package func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

/// The first few of `names`, and how many there are, for a message.
public func listed(_ names: [String], most: Int = 8) -> String {
  if names.isEmpty { return "none" }
  let shown = names.prefix(most).map { "'\($0)'" }.joined(separator: ", ")
  return names.count > most ? "\(shown) and \(names.count - most) more" : shown
}
