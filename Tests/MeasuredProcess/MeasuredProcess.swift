// `environ` is a variable that the compiler cannot know to be left alone here.
@unsafe @preconcurrency internal import Glibc

/// Runs a program and prints what it took: wait status, wall seconds, peak resident bytes, and 1 if it had to be
/// killed. Usage: `measured-process LIMIT OUTPUT COMPLAINT PROGRAM ARGUMENT…`, with the limit in seconds and the files
/// that take standard output and standard error.
///
/// It is a process of its own because Linux lets a child's `ru_maxrss` begin at the peak of the process that spawned
/// it, and that of the tests is whatever other tests needed.
@main
enum MeasuredProcess {
  /// Between two looks at the child.
  private static let pollMicroseconds: UInt32 = 500

  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count > 4, let limit = Double(arguments[1]) else { exit(64) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    for (descriptor, path) in [(STDOUT_FILENO, arguments[2]), (STDERR_FILENO, arguments[3])] {
      unsafe posix_spawn_file_actions_addopen(&actions, descriptor, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    var child: pid_t = 0
    let words = unsafe arguments.dropFirst(4).map { unsafe strdup($0) } + [nil]
    let failure = unsafe posix_spawn(&child, arguments[4], &actions, nil, words, environ)
    guard failure == 0 else { exit(71) }

    let start = now()
    var (status, usage, wasKilled) = (Int32(0), rusage(), false)
    while unsafe wait4(child, &status, WNOHANG, &usage) == 0 {
      if now() - start > limit, !wasKilled { wasKilled = kill(child, SIGKILL) == 0 }
      usleep(pollMicroseconds)
    }
    print(status, now() - start, usage.ru_maxrss * 1024, wasKilled ? 1 : 0)
  }

  private static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
