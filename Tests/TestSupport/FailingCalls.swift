internal import Foundation

/// A library that is loaded before the C library and makes one of a run's system calls fail as on a full disk.
///
/// Only calls on regular files count, so standard streams and folders are left alone.
public struct FailingCalls {
  /// Which calls fail: `write` is pwrite, too.
  public enum Call: String, Sendable, CaseIterable {
    case write, fsync, rename
  }

  private let folder: TemporaryFolder
  private var library: String { folder("calls.so") }
  private var mark: String { folder("hit") }

  /// The compiler that makes it: the toolchain's, or the system's.
  private static let compiler = ["clang", "cc", "gcc"].lazy.compactMap { name in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }.first

  /// Whether there is a compiler.
  public static var isPossible: Bool { compiler != nil }

  /// What a skipped test says.
  public static let absence = "needs a C compiler, to make system calls fail"

  /// Compiles it.
  public init() throws {
    folder = try TemporaryFolder()
    try Self.compile(Self.source, to: library, in: folder)
  }

  /// Compiles the C text `source` to the shared library `library`, by way of a file in `folder`.
  static func compile(_ source: String, to library: String, in folder: TemporaryFolder) throws {
    let file = try folder.write(source, to: "calls.c")
    let outcome = try PersonaCommand.shell(
      "'\(compiler ?? "")' -shared -fPIC -O1 -o '\(library)' '\(file)' -ldl 2>&1")
    guard outcome.status == 0 else { throw Failure(complaint: outcome.output) }
  }

  /// Runs `persona`, whose call `call` of number `number`, from 1 on, finds the disk full.
  ///
  /// - Returns: what the run gave, and whether it came as far as that call.
  public func run(
    _ arguments: [String], failing call: Call, number: Int
  ) throws -> (outcome: PersonaCommand.Outcome, isHit: Bool) {
    try? FileManager.default.removeItem(atPath: mark)
    let outcome = try PersonaCommand.run(
      arguments,
      environment: [
        "LD_PRELOAD": library, "FAILING_CALL": call.rawValue, "FAILING_NUMBER": "\(number)", "FAILING_MARK": mark,
      ])
    return (outcome, FileManager.default.fileExists(atPath: mark))
  }

  private struct Failure: Error {
    let complaint: String
  }

  private static let source = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <stdatomic.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/stat.h>
    #include <unistd.h>

    static atomic_long calls;

    static int fails(const char *call) {
      const char *wanted = getenv("FAILING_CALL");
      if (!wanted || strcmp(wanted, call) || ++calls != atol(getenv("FAILING_NUMBER"))) return 0;
      int mark = open(getenv("FAILING_MARK"), O_WRONLY | O_CREAT, 0666);
      if (mark >= 0) close(mark);
      errno = ENOSPC;
      return 1;
    }

    static int is_file(int descriptor) {
      struct stat status;
      return descriptor > 2 && !fstat(descriptor, &status) && S_ISREG(status.st_mode);
    }

    #define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

    ssize_t write(int d, const void *b, size_t n) { return is_file(d) && fails("write") ? -1 : REAL(write)(d, b, n); }
    ssize_t pwrite(int d, const void *b, size_t n, off_t o) {
      return is_file(d) && fails("write") ? -1 : REAL(pwrite)(d, b, n, o);
    }
    ssize_t pwrite64(int d, const void *b, size_t n, off64_t o) {
      return is_file(d) && fails("write") ? -1 : REAL(pwrite64)(d, b, n, o);
    }
    int fsync(int d) { return is_file(d) && fails("fsync") ? -1 : REAL(fsync)(d); }
    int rename(const char *a, const char *b) { return fails("rename") ? -1 : REAL(rename)(a, b); }
    """
}
