internal import Glibc

/// What tells one state of a file from another: equal identities mean an unchanged file.
public struct FileIdentity: Sendable, Hashable {
  package let device: UInt64
  /// The file's number on its device.
  package let number: UInt64
  package let size: Int
  package let seconds: Int
  package let nanoseconds: Int
  /// When the file's entry was changed last, which a program that sets the time of the content back does not hide.
  package let entryChanged: [Int]

  /// When the content was changed last, in seconds since 1970 and nanoseconds.
  package var modified: [Int] { [seconds, nanoseconds] }

  /// Whether both are of the same content: a link to the file, or other permissions, change its entry alone.
  public static func == (a: Self, b: Self) -> Bool {
    (a.device, a.number, a.size, a.seconds, a.nanoseconds) == (b.device, b.number, b.size, b.seconds, b.nanoseconds)
  }

  /// What is equal has the same device and number.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(device)
    hasher.combine(number)
  }

  init(_ status: stat) {
    (device, number, size) = (UInt64(status.st_dev), UInt64(status.st_ino), Int(status.st_size))
    (seconds, nanoseconds) = (Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec))
    entryChanged = [Int(status.st_ctim.tv_sec), Int(status.st_ctim.tv_nsec)]
  }
}

extension FileIdentity {
  /// The state of the file at `path` as it is now.
  ///
  /// - Throws: `FileError` if there is none.
  init(at path: String) throws {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      throw FileError(path: path, fault: AccessFault.unopened("stat", path))
    }
    self.init(status)
  }
}

/// The state of the file at `path`, which is the one that a run has seen of it before.
///
/// - Throws: `FileError` if there is none, or it was another before.
package func fileIdentity(_ path: String) throws -> FileIdentity {
  let identity = try FileIdentity(at: path)
  try InputStates.current?.note(identity, of: path)
  return identity
}
