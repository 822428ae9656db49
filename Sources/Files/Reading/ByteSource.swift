internal import Glibc

/// Bytes that can be read at any offset: a regular file, or a copy in memory.
///
/// A file is read with `pread`, never mapped: one that is cut short while it is read gives an error, not SIGBUS.
package final class ByteSource: Sendable {
  private enum Content {
    case file(descriptor: Int32, identity: FileIdentity)
    case memory([UInt8])
  }

  package let path: String
  /// The size in bytes when the file was opened.
  package let size: Int
  private let content: Content

  /// The state of the file when it was opened; nil for bytes in memory.
  package var identity: FileIdentity? { if case .file(_, let identity) = content { identity } else { nil } }

  /// `bytes`, called `name` in errors.
  package init(_ bytes: [UInt8], name: String) {
    (path, size, content) = (name, bytes.count, .memory(bytes))
  }

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` if there is none, it is not a regular file, it may not be read, or the run has seen another state of it.
  package init(path: String) throws {
    self.path = path
    // Not blocking: opening a FIFO for reading would wait for a writer.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw FileError(path: path, fault: AccessFault.unopened("open", path))
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let reason = lastSystemError()
      close(descriptor)
      throw FileError(path: path, fault: AccessFault.system(operation: "stat", reason: reason))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "folder" : "special file"
      throw FileError(path: path, fault: AccessFault.notRegularFile(kind: kind))
    }
    let identity = FileIdentity(status)
    do {
      try InputStates.current?.note(identity, of: path)
    } catch {
      close(descriptor)
      throw error
    }
    size = identity.size
    content = .file(descriptor: descriptor, identity: identity)
  }

  deinit {
    if case .file(let descriptor, _) = content { close(descriptor) }
  }

  /// Throws unless the path still names the file that was opened, in the state it had then.
  ///
  /// Called after reading: what was read before is of one state of the file. A change that keeps the size
  /// and comes within the resolution of the file system's clock (some milliseconds), or sets the modification time back
  /// to what it was, cannot be seen. (The time of the last status change would tell the latter, but also changes with
  /// permissions and links.)
  package func checkUnchanged() throws {
    guard case .file(_, let identity) = content else { return }
    var status = stat()
    guard unsafe stat(path, &status) == 0, FileIdentity(status) == identity else {
      throw FileError(path: path, fault: AccessFault.changed)
    }
  }

  /// The `count` bytes at `offset`.
  package func read(at offset: Int, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try read(at: offset, into: &bytes, at: 0, count: count)
    return bytes
  }

  /// Reads the `count` bytes at `offset` of the file into `bytes`, from index `start` on.
  package func read(at offset: Int, into bytes: inout [UInt8], at start: Int, count: Int) throws {
    precondition(start >= 0 && count >= 0 && start + count <= bytes.count, "the buffer is too short")
    switch content {
    case .file(let descriptor, _):
      try read(descriptor, at: offset, into: &bytes, at: start, count: count)
    case .memory(let content):
      guard offset <= size, count <= size - offset else {
        throw FileError(
          path: path, fault: AccessFault.shortRead(offset: offset, wanted: count, found: max(0, size - offset)))
      }
      bytes.replaceSubrange(start..<start + count, with: content[offset..<offset + count])
    }
  }

  /// Has the system read the bytes `range` of a file ahead of time; nothing where there is nothing to read ahead.
  package func prefetch(_ range: Range<Int>) {
    // A hint: what is wrong with the file is found when it is read.
    if case .file(let descriptor, _) = content {
      _ = posix_fadvise(descriptor, range.lowerBound, range.count, POSIX_FADV_WILLNEED)
    }
  }

  private func read(
    _ descriptor: Int32, at offset: Int, into bytes: inout [UInt8], at start: Int, count: Int
  ) throws {
    var done = 0
    while done < count {
      let found = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe pread(descriptor, buffer.baseAddress.unsafelyUnwrapped + start + done, count - done, offset + done)
      }
      if found < 0, errno == EINTR { continue }
      guard found >= 0 else {
        throw FileError(path: path, fault: AccessFault.system(operation: "read", reason: lastSystemError()))
      }
      guard found > 0 else {
        throw FileError(
          path: path, fault: AccessFault.shortRead(offset: offset, wanted: count, found: done))
      }
      done += found
    }
  }
}
