internal import Dispatch
internal import Files
internal import Glibc

/// Leaves no unfinished file behind when a run is told to stop.
enum Interruption {
  /// SIG_IGN, as signal.h defines it.
  private static let ignored = 1

  /// Watches for the signals that ask a program to end, for as long as it lives.
  static func watch() {
    // A write that fails says so itself: by these signals a closed pipe or a limit on file sizes would end the run
    // before it has tidied up.
    for number in [SIGPIPE, SIGXFSZ] { _ = signal(number, SIG_IGN) }
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // A dispatch source sees only signals that are otherwise ignored; one that was ignored before, as by nohup, is
      // to stay so.
      var before = sigaction()
      _ = unsafe sigaction(number, nil, &before)
      _ = signal(number, SIG_IGN)
      if unsafe unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) == Self.ignored { continue }
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        // The source is held by its own handler: a caller that never returns could not be relied on to hold it.
        withExtendedLifetime(source) {}
        UnfinishedOutputs.removeAll {
          // Ends by the signal itself, so that the caller sees 128 + its number.
          _ = signal(number, SIG_DFL)
          kill(getpid(), number)
          // Other threads may take the signal a moment later.
          sleep(1)
        }
      }
      source.resume()
    }
  }
}
