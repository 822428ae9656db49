internal import Glibc
internal import PersonaFiles
internal import TensorFiles

/// Standard output for what was asked for, standard error for everything else.
enum Console {
  /// Prints `text` and a newline.
  ///
  /// - Throws: `FileError` if standard output does not take it.
  static func say(_ text: String) throws {
    guard write(text + "\n", to: STDOUT_FILENO) else {
      let reason = unsafe String(cString: strerror(errno))
      throw FileError(path: "standard output", fault: OutputFault.interrupted(operation: "write", reason: reason))
    }
  }

  /// Prints `text` and a newline on standard error; control characters, which names from files may hold, are shown as
  /// `?`.
  static func complain(_ text: String) {
    let plain = text.unicodeScalars.map { $0.value < 32 && $0 != "\n" || $0.value == 127 ? "?" : String($0) }
    _ = write(plain.joined() + "\n", to: STDERR_FILENO)
  }

  /// A log on standard error; a silent one if `quiet`.
  static func log(quiet: Bool) -> RunLog {
    if quiet { return .silent }
    let meter = ProgressMeter(isTerminal: isatty(STDERR_FILENO) == 1)
    return RunLog(
      note: {
        meter.clear()
        complain("persona: note: \($0)")
      }, progress: { meter.update($0, $1, $2) })
  }

  /// Whether all of `text` was written.
  static func write(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      if written <= 0 { return false }
      bytes = bytes.dropFirst(written)
    }
    return true
  }
}
