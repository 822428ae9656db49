internal import Glibc
internal import PersonaFiles
internal import Synchronization

/// Standard output for what was asked for, standard error for everything else.
enum Console {
  static func say(_ text: String) {
    print(text)
  }

  static func complain(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

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

  static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      if written <= 0 { return }
      bytes = bytes.dropFirst(written)
    }
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
        Console.write("\r\u{1B}[K\(name) [\(bar)] \(rest)", to: STDERR_FILENO)
        state.isShown = true
      } else {
        Console.complain("persona: \(name): \(rest)")
      }
    }
  }

  /// Takes the bar off the terminal, to make room for a line.
  func clear() { state.withLock { clear(&$0) } }

  private func clear(_ state: inout State) {
    if state.isShown { Console.write("\r\u{1B}[K", to: STDERR_FILENO) }
    state.isShown = false
  }
}
