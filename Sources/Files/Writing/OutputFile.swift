internal import CFileSync
internal import Glibc
internal import Synchronization

/// A file that appears whole or not at all.
///
/// It is written under a temporary name in its own folder, flushed to the device, and renamed over its final name
/// by `commit()`; until then the old file, if there is one, stays. A file that is not committed is removed.
public final class OutputFile: Sendable {
  /// The final path.
  public let path: String
  /// Where it lies until then.
  let temporaryPath: String
  private let descriptor: Int32
  private let isOpen = Atomic(true)
  /// The bytes written so far.
  private let written = Atomic(0)
  /// After so many bytes the device is given what was written, which flushing would wait for at the end.
  private static let batch = 8 << 20

  /// Creates the temporary file.
  ///
  /// - Throws: `FileError` if the folder does not exist or may not be written to.
  public init(path: String) throws {
    self.path = path
    try Self.requireName(ofFile: path)
    (descriptor, temporaryPath) = UnfinishedOutputs.newFile(in: Paths.parent(of: path))
    guard descriptor >= 0 else {
      let reason = lastSystemError()
      isOpen.store(false, ordering: .relaxed)
      throw FileError(path: path, fault: OutputFault.system(operation: "create the file", reason: reason))
    }
  }

  deinit { discard() }

  /// Throws if the name of the file at `path`, with `ending` behind it, is longer than file systems take: what is said before
  /// the work that the file is to hold, not after.
  package static func requireName(ofFile path: String, ending: String = "", source: String? = nil) throws {
    let (bytes, most) = (Paths.lastComponent(of: path).utf8.count, Int(NAME_MAX) - ending.utf8.count)
    guard bytes <= most else {
      throw FileError(path: source ?? path, fault: OutputFault.longName(bytes: bytes, most: most))
    }
  }

  /// Appends `bytes`.
  public func write(_ bytes: [UInt8]) throws {
    try unsafe transfer(bytes) { unsafe Glibc.write(descriptor, $0, $1) }
  }

  /// Appends `text` as UTF-8.
  public func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// Writes `bytes` from byte `offset` of the file on.
  public func write(_ bytes: [UInt8], at offset: Int) throws {
    var position = offset
    try unsafe transfer(bytes) { start, count in
      let written = unsafe pwrite(descriptor, start, count, position)
      position += max(written, 0)
      return written
    }
  }

  /// Flushes the content to the device, closes it and gives it its final name.
  public func commit() throws { try commit(isFlushed: true) }

  /// Closes the file and gives it its final name; without `isFlushed` a power failure may still take its content.
  package func commit(isFlushed: Bool) throws {
    // A second descriptor keeps the lock until the file has its name: by then no other run takes it for abandoned.
    let keeper = isOpen.load(ordering: .relaxed) ? dup(descriptor) : -1
    defer { if keeper >= 0 { _ = Glibc.close(keeper) } }
    try close(isFlushed: isFlushed)
    try UnfinishedOutputs.rename { try rename(isFlushed: isFlushed) }
  }

  /// Flushes the content to the device and closes it, still under the temporary name: nothing more can be written.
  public func close() throws { try close(isFlushed: true) }

  package func close(isFlushed: Bool) throws {
    guard isOpen.exchange(false, ordering: .relaxed) else { return }
    let flushed = isFlushed ? fsync(descriptor) : 0
    let failure = flushed == 0 ? nil : Self.failure("flush the file", path)
    let closed = Glibc.close(descriptor)
    if let failure { throw failure }
    guard closed == 0 else { throw Self.failure("close the file", path) }
  }

  package func rename(isFlushed: Bool = true) throws {
    guard unsafe Glibc.rename(temporaryPath, path) == 0 else { throw Self.failure("put the file in place", path) }
    UnfinishedOutputs.forget(file: temporaryPath)
    if isFlushed { Self.flush(folder: Paths.parent(of: path)) }
  }

  /// Removes the file unless it was committed.
  package func discard() {
    if isOpen.exchange(false, ordering: .relaxed) { _ = Glibc.close(descriptor) }
    // After a commit there is nothing under this name.
    _ = unsafe unlink(temporaryPath)
    UnfinishedOutputs.forget(file: temporaryPath)
  }

  private func transfer(_ bytes: [UInt8], _ write: (UnsafeRawPointer, Int) -> Int) throws {
    if let code = unsafe writeAll(bytes, write) {
      throw FileError(
        path: path, fault: OutputFault.interrupted(operation: "write the file", reason: systemError(code)))
    }
    let (before, now) = written.add(bytes.count, ordering: .relaxed)
    if before / Self.batch < now / Self.batch { persona_begin_flush(descriptor) }
  }

  private static func failure(_ operation: String, _ path: String) -> FileError {
    FileError(path: path, fault: OutputFault.interrupted(operation: operation, reason: lastSystemError()))
  }

  /// Makes a rename in `folder` outlast a power failure. Not every file system can; the content is safe regardless.
  static func flush(folder: String) {
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    _ = Glibc.close(descriptor)
  }
}
