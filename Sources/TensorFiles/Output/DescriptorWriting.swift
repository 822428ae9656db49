internal import Glibc

/// Writes all of `bytes` through `write`, which takes a start and a count and gives what the system call of that name
/// does.
///
/// - Returns: the reason in words if a call failed, or wrote nothing.
func writeAll(_ bytes: [UInt8], _ write: (UnsafeRawPointer, Int) -> Int) -> String? {
  unsafe bytes.withUnsafeBytes { buffer in
    guard let start = buffer.baseAddress else { return nil }
    var done = 0
    while done < buffer.count {
      let written = unsafe write(start + done, buffer.count - done)
      if written < 0, errno == EINTR { continue }
      if written <= 0 { return lastSystemError() }
      done += written
    }
    return nil
  }
}

/// Writes `text` to the open descriptor `descriptor`: a standard stream.
///
/// - Throws: `FileError`, which calls the stream `name`.
public func writeText(_ text: String, to descriptor: Int32, named name: String) throws {
  if let reason = unsafe writeAll(Array(text.utf8), { unsafe Glibc.write(descriptor, $0, $1) }) {
    throw FileError(path: name, fault: OutputFault.interrupted(operation: "write", reason: reason))
  }
}
