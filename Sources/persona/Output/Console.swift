internal import Glibc
internal import PersonaFiles
internal import Synchronization
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

/// How far long work has come: a bar on a terminal, elsewhere a line now and then.
final class ProgressMeter: Sendable {
  private struct State {
    var name = ""
    var start = ContinuousClock.now
    var last = ContinuousClock.now
    var isShown = false
  }

  private static let barWidth = 30
  /// Work that ends sooner needs no meter.
  private static let patience = Duration.seconds(1)

  private let isTerminal: Bool
  private let state = Mutex(State())

  init(isTerminal: Bool) { self.isTerminal = isTerminal }

  func update(_ name: String, _ done: Int, _ all: Int) {
    state.withLock { state in
      let now = ContinuousClock.now
      if state.name != name { state = State(name: name, start: now, last: now, isShown: state.isShown) }
      if done >= all { return clear(&state) }
      let interval = isTerminal ? Duration.milliseconds(100) : .seconds(10)
      guard done > 0, now - state.start > Self.patience, now - state.last > interval else { return }
      state.last = now
      let elapsed =
        Double((now - state.start).components.seconds) + 1e-18 * Double((now - state.start).components.attoseconds)
      let rate = Double(done) / elapsed
      let rest = "\(done)/\(all), \(fixed(rate, 1))/s, \(fixed(Double(all - done) / rate, 0)) s left"
      if isTerminal {
        let filled = Self.barWidth * done / all
        let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: Self.barWidth - filled)
        _ = Console.write("\r\u{1B}[K\(name) [\(bar)] \(rest)", to: STDERR_FILENO)
        state.isShown = true
      } else {
        Console.complain("persona: \(name): \(rest)")
      }
    }
  }

  /// Takes the bar off the terminal, to make room for a line.
  func clear() { state.withLock { clear(&$0) } }

  private func clear(_ state: inout State) {
    if state.isShown { _ = Console.write("\r\u{1B}[K", to: STDERR_FILENO) }
    state.isShown = false
  }
}
