internal import Glibc

/// Writes all of `bytes` through `write`, which takes a start and a count and gives what the system call of that name
/// does.
///
/// - Returns: the error's number if a call failed, or wrote nothing.
package func writeAll(_ bytes: [UInt8], _ write: (UnsafeRawPointer, Int) -> Int) -> Int32? {
  unsafe bytes.withUnsafeBytes { buffer in
    guard let start = buffer.baseAddress else { return nil }
    var done = 0
    while done < buffer.count {
      let written = unsafe write(start + done, buffer.count - done)
      if written < 0, errno == EINTR { continue }
      if written <= 0 { return written < 0 ? errno : EIO }
      done += written
    }
    return nil
  }
}

/// Writes `text` to the open descriptor `descriptor`: a standard stream.
///
/// - Throws: `ClosedStream` if its reader has gone, else `FileError`, which calls the stream `name`.
public func writeText(_ text: String, to descriptor: Int32, named name: String) throws {
  guard let code = unsafe writeAll(Array(text.utf8), { unsafe Glibc.write(descriptor, $0, $1) }) else { return }
  if code == EPIPE { throw ClosedStream() }
  throw FileError(path: name, fault: OutputFault.interrupted(operation: "write", reason: systemError(code)))
}

/// The reader of a standard stream has gone, as `head` does once it has its lines: no fault, but an end.
public struct ClosedStream: Error {}
