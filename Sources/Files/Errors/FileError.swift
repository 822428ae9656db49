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
