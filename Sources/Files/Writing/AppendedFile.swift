internal import Glibc

/// A text file to which lines are added as they come. A line is in it whole or, where a run was killed on the way, as a
/// torn last one.
package final class AppendedFile {
  private let path: String
  private let descriptor: Int32

  /// Opens the file at `path`, which is there.
  ///
  /// - Throws: `FileError` if it cannot be written to.
  package init(path: String) throws {
    self.path = path
    descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      throw FileError(path: path, fault: OutputFault.system(operation: "open", reason: lastSystemError()))
    }
  }

  deinit { close(descriptor) }

  /// Adds `line` and its end.
  ///
  /// - Throws: `FileError` if there is no room.
  package func append(_ line: String) throws { try writeText(line + "\n", to: descriptor, named: path) }
}
