internal import Glibc

/// Keeps a second run out of a folder that one is writing to.
///
/// The lock is the kernel's (`flock`) on a file in the folder, so it ends with the process that holds it, however that
/// ends; the file's text says who that is. Where the file system has no such locks the run goes on without.
package final class FolderLock {
  /// The name of the file, which is there as long as the lock is held.
  package static let name = ".persona.lock"

  private let path: String
  /// Negative if no lock is held.
  private var descriptor: Int32 = -1

  /// Locks `folder`.
  ///
  /// - Throws: `FileError` if another run holds it, or the file cannot be made.
  package init(_ folder: String) throws {
    path = "\(folder)/\(Self.name)"
    // A holder that has not yet written who it is does so in a moment.
    var patience = 20
    while true {
      switch Self.take(path) {
      case .taken(let descriptor):
        self.descriptor = descriptor
        return
      case .unsupported: return
      case .held(let holder):
        guard holder.isEmpty, patience > 0 else {
          throw FileError(path: folder, fault: OutputFault.locked(holder: holder))
        }
        patience -= 1
        usleep(10_000)
      case .failed(let reason):
        throw FileError(path: path, fault: OutputFault.system(operation: "lock the folder", reason: reason))
      }
    }
  }

  deinit { release() }

  /// Removes the file and gives the lock up.
  package func release() {
    guard descriptor >= 0 else { return }
    // Removed while the lock is held, so that it is not the next holder's that goes.
    UnfinishedOutputs.change { files in
      if isFile(at: path, openAs: descriptor) { _ = unsafe unlink(path) }
      files.remove(path)
    }
    close(descriptor)
    descriptor = -1
  }

  private enum Attempt: Sendable {
    case taken(Int32)
    case held(by: String)
    case unsupported
    case failed(reason: String)
  }

  private static func take(_ path: String) -> Attempt {
    // At once with its registration, so that a run that is told to stop removes its own lock file and no other's.
    UnfinishedOutputs.change { files in
      while true {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
        guard descriptor >= 0 else {
          return errno == EACCES ? takeFromAnother(path) : .failed(reason: lastSystemError())
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
          let code = errno
          defer { close(descriptor) }
          switch code {
          case EWOULDBLOCK: return .held(by: holder(descriptor))
          case EINTR: continue
          case ENOTSUP, ENOLCK, ENOSYS, EINVAL:
            _ = unsafe unlink(path)
            return .unsupported
          default: return .failed(reason: systemError(code))
          }
        }
        // The last holder may have removed the file between the two calls; then this lock is of nothing.
        guard isFile(at: path, openAs: descriptor) else {
          close(descriptor)
          continue
        }
        ftruncate(descriptor, 0)
        if let code = unsafe writeAll(Array((ownName + "\n").utf8), { unsafe write(descriptor, $0, $1) }) {
          _ = unsafe unlink(path)
          close(descriptor)
          return .failed(reason: systemError(code))
        }
        files.insert(path)
        return .taken(descriptor)
      }
    }
  }

  /// What to do about a lock file that may not be written: it is another user's, who holds the lock or was killed.
  private static func takeFromAnother(_ path: String) -> Attempt {
    let reason = lastSystemError()
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return .failed(reason: reason) }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      let holder = holder(descriptor)
      return .held(by: holder.isEmpty ? "another user" : holder)
    }
    return .failed(reason: "\(reason); another user's run left it, remove it")
  }

  /// This process in words.
  private static var ownName: String {
    var host = [CChar](repeating: 0, count: 256)
    _ = unsafe gethostname(&host, host.count - 1)
    var now = time(nil)
    var parts = unsafe tm()
    _ = unsafe gmtime_r(&now, &parts)
    var date = [CChar](repeating: 0, count: 32)
    _ = unsafe strftime(&date, date.count, "%Y-%m-%d %H:%M:%S UTC", &parts)
    return "process \(getpid()) on \(text(host)), since \(text(date))"
  }

  /// The holder in words, as its lock file says; empty if it does not yet.
  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
    return String(decoding: bytes.prefix(max(count, 0)).prefix { $0 != 0x0A }, as: UTF8.self)
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
