internal import Foundation

/// A library that is loaded before the C library and writes down which files a run opens.
public struct CountedOpenings {
  private let folder: TemporaryFolder
  private var library: String { folder("openings.so") }
  private var list: String { folder("openings") }

  /// Compiles it.
  public init() throws {
    folder = try TemporaryFolder()
    try FailingCalls.compile(Self.source, to: library, in: folder)
  }

  /// Runs `persona`.
  ///
  /// - Returns: what the run gave, and how often it opened each path, by the path as it gave it to the system.
  public func run(_ arguments: [String]) throws -> (outcome: PersonaCommand.Outcome, openings: [String: Int]) {
    try? FileManager.default.removeItem(atPath: list)
    let outcome = try PersonaCommand.run(arguments, environment: ["LD_PRELOAD": library, "OPENINGS": list])
    let text = try String(contentsOfFile: list, encoding: .utf8)
    return (outcome, text.split(separator: "\n").reduce(into: [:]) { $0[String($1), default: 0] += 1 })
  }

  private static let source = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <fcntl.h>
    #include <stdarg.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>

    typedef int (*opening)(const char *, int, ...);

    static int opened(const char *name, const char *path, int flags, mode_t mode) {
      opening real = (opening)dlsym(RTLD_NEXT, name);
      const char *list = getenv("OPENINGS");
      int log = list ? real(list, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;
      if (log >= 0) {
        char line[4200];
        size_t length = strnlen(path, 4096);
        memcpy(line, path, length);
        line[length] = '\\n';
        if (write(log, line, length + 1) < 0) abort();
        close(log);
      }
      return real(path, flags, mode);
    }

    #define OPEN(name) int name(const char *path, int flags, ...) { \\
      va_list rest; \\
      va_start(rest, flags); \\
      mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; \\
      va_end(rest); \\
      return opened(#name, path, flags, mode); \\
    }
    OPEN(open)
    OPEN(open64)
    """
}
