internal import Analyses
internal import Files
internal import Glibc

/// Standard output for what was asked for, standard error for everything else.
enum Console {
  /// Whether standard output takes emphasis: it is a terminal, and NO_COLOR (no-color.org) does not forbid it.
  static var isStyled: Bool {
    let refusal = unsafe getenv("NO_COLOR")
    guard isatty(STDOUT_FILENO) == 1 else { return false }
    return unsafe refusal.map { unsafe $0.pointee == 0 } ?? true
  }

  /// Prints `text` and a newline.
  ///
  /// - Throws: `FileError` if standard output does not take it, `ClosedStream` if its reader has gone.
  static func say(_ text: String) throws {
    try writeText(text + "\n", to: STDOUT_FILENO, named: "standard output")
  }

  /// Prints `text` as one line on standard error; control characters and line breaks, which names from files may hold,
  /// are shown as `?`.
  static func complain(_ text: String) { show(onOneLine(text) + "\n") }

  /// A log on standard error; a silent one if `quiet`.
  static func log(quiet: Bool) -> RunLog {
    if quiet { return .silent }
    let meter = ProgressMeter(isTerminal: isatty(STDERR_FILENO) == 1)
    return RunLog(
      note: {
        meter.clear()
        complain("persona: note: \($0)")
      }, report: { meter.update($0) })
  }

  /// Writes `text` to standard error as it is. If that is closed there is nobody left to tell.
  static func show(_ text: String) { try? writeText(text, to: STDERR_FILENO, named: "standard error") }
}
