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
  /// - Throws: `FileError` if there is none, it is not a regular file, or it may not be read.
  package init(path: String) throws {
    self.path = path
    // Not blocking: opening a FIFO for reading would wait for a writer.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw FileError(
        path: path, fault: errno == ENOENT ? AccessFault.missing : .system(operation: "open", reason: lastSystemError())
      )
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
    size = Int(status.st_size)
    content = .file(descriptor: descriptor, identity: FileIdentity(status))
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

/// The reason of the last failed system call, in words.
package func lastSystemError() -> String { unsafe String(cString: strerror(errno)) }

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

/// The state of the file at `path`.
///
/// - Throws: `FileError` if there is none.
package func fileIdentity(_ path: String) throws -> FileIdentity {
  var status = stat()
  guard unsafe stat(path, &status) == 0 else {
    throw FileError(
      path: path, fault: errno == ENOENT ? AccessFault.missing : .system(operation: "stat", reason: lastSystemError()))
  }
  return FileIdentity(status)
}

/// The content of a text file of at most `limit` bytes.
///
/// - Throws: `FileError` if it cannot be read or is longer.
public func readFile(_ path: String, limit: Int = 1 << 28) throws -> [UInt8] {
  let source = try ByteSource(path: path)
  guard source.size <= limit else {
    throw FileError(path: path, fault: TensorFault.tooLong(bytes: source.size, limit: limit))
  }
  let content = try source.read(at: 0, count: source.size)
  try source.checkUnchanged()
  return content
}

/// Calls `body` with the content of a file, piece after piece.
///
/// - Throws: `FileError` if it cannot be read, and what `body` throws.
public func forEachPiece(of path: String, _ body: ([UInt8]) throws -> Void) throws {
  let source = try ByteSource(path: path)
  let piece = 1 << 20
  for start in stride(from: 0, to: source.size, by: piece) {
    try body(try source.read(at: start, count: min(piece, source.size - start)))
  }
  try source.checkUnchanged()
}
