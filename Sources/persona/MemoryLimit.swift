internal import CMalloc
internal import Files
internal import Glibc

/// Sees to it that a run under a memory limit (`ulimit -v`, or that of a control group) has what it takes to begin, and ends with a word when
/// it has no more.
enum MemoryLimit {
  /// The address space of a thread's stack, as is usual.
  private static let stackBytes = 8 << 20
  /// The threads that the run-time library has beside one a processor: it waits for ever until it can start them.
  private static let otherThreads = 6

  /// What a control group counts beside memory of the process: tables of pages, and small allocations.
  private static let roomOfGroup = 2 << 20

  /// Ends the process with a message and 74 where an allocation fails, wherever it is.
  static func watch() {
    persona_when_out_of_memory(
      { bytes in
        // Into what is there already: there is no memory for a text.
        if bytes == 0 {
          MemoryLimit.say(
            "persona: error: no memory for a thread, or too many of them; raise the limits (ulimit -v, ulimit -u)\n")
        } else {
          MemoryLimit.say("persona: error: no memory for ")
          MemoryLimit.say(number: max(1, bytes >> 20))
          MemoryLimit.say(
            " MB more; raise the limit (ulimit -v, or that of the container or job), or use fewer --threads\n")
        }
        UnfinishedOutputs.removeAtOnce()
      }, ExitStatus.readWrite.rawValue)
    if let bytes = MemoryBudget.groupBytes { persona_limit_memory(max(1, bytes - roomOfGroup)) }
  }

  private static func say(_ text: StaticString) {
    _ = unsafe write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }

  private static func say(number: Int) {
    if number > 9 { say(number: number / 10) }
    var digit = UInt8(ascii: "0") + UInt8(number % 10)
    _ = unsafe write(STDERR_FILENO, &digit, 1)
  }

  /// The limit of the address space (`ulimit -v`), in bytes; nil without one.
  private static var addressSpace: UInt? {
    var limit = rlimit()
    let isKnown = unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0
    return isKnown && limit.rlim_cur != .max ? limit.rlim_cur : nil
  }

  /// Keeps what is freed for the next allocation, as much as is usual for lists of millions of numbers: a command that makes such lists again
  /// for each of a thousand samples would have the kernel clear their pages each time. Not under a limit, which counts what is kept.
  static func keepFreed() {
    guard MemoryBudget.groupBytes == nil, addressSpace == nil else { return }
    // The largest that the C library takes; larger lists go back all the same.
    mallopt(M_MMAP_THRESHOLD, 32 << 20)
    mallopt(M_TRIM_THRESHOLD, 1 << 30)
  }

  /// - Throws: `MemoryFault` if threads could not be started.
  static func check() throws(MemoryFault) {
    guard addressSpace != nil else { return }
    // Otherwise the C library sets 64 MB of address space aside for each thread that allocates.
    mallopt(M_ARENA_MAX, 1)
    let bytes = (otherThreads + max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))) * stackBytes
    let trial = unsafe mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard unsafe trial != MAP_FAILED else { throw MemoryFault(bytes: bytes) }
    unsafe munmap(trial, bytes)
  }
}

/// Too little memory to begin.
struct MemoryFault: FileFault {
  let bytes: Int
  var category: FaultCategory { .readWrite }
  var explanation: String {
    "no memory to begin with: \(bytes >> 20) MB of address space are wanted; raise the limit (ulimit -v)"
  }
}
