internal import Analyses
internal import Synchronization

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

  func update(_ progress: RunLog.Progress) {
    let (name, done, all) = (progress.name, progress.done, progress.all)
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
      let isBytes = progress.unit == .bytes
      let pace =
        isBytes ? "\(byteSize(done))/\(byteSize(all)), \(byteSize(Int(rate)))" : "\(done)/\(all), \(fixed(rate, 1))"
      let left = "\(duration(Double(all - done) / rate)) left"
      let rest = "\(pace)/s, \(left)\(progress.detail.isEmpty ? "" : ", \(shown(progress.detail))")"
      if isTerminal {
        let filled = Self.barWidth * done / all
        let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: Self.barWidth - filled)
        Console.show("\r\u{1B}[K\(name) [\(bar)] \(rest)")
        state.isShown = true
      } else {
        Console.complain("persona: \(name): \(rest)")
      }
    }
  }

  /// Takes the bar off the terminal, to make room for a line.
  func clear() { state.withLock { clear(&$0) } }

  private func clear(_ state: inout State) {
    if state.isShown { Console.show("\r\u{1B}[K") }
    state.isShown = false
  }
}
