internal import Glibc

/// How much memory a process may have, where that is known: a limit of its address space (`ulimit -v`), or that of its group
/// (`memory.max` of version 2 of Linux's control groups).
///
/// What a run must hold is known from the headers of its inputs. To ask for it at the start tells a user at once what would
/// otherwise be told after minutes of reading.
public struct MemoryBudget: Sendable {
  /// A limit and what the process has of it already, in bytes.
  struct Limit: Sendable, Equatable {
    let source: String
    let bytes, used: Int
  }

  let limits: [Limit]

  /// Known limits.
  init(_ limits: [Limit]) { self.limits = limits }

  /// The limits of this process.
  public init() {
    var found: [Limit] = []
    let pages = Self.text("/proc/self/statm")?.split(separator: " ") ?? []
    func used(_ place: Int) -> Int { (pages.count > place ? Int(pages[place]) ?? 0 : 0) * Int(getpagesize()) }
    var limit = rlimit()
    if unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < UInt(Int.max) {
      found.append(Limit(source: "ulimit -v", bytes: Int(limit.rlim_cur), used: used(0)))
    }
    if let bytes = Self.groupLimit() { found.append(Limit(source: "memory.max", bytes: bytes, used: used(1))) }
    self.init(found)
  }

  /// The least limit of the group of this process and those above it; nil without one.
  private static func groupLimit() -> Int? {
    let group = text("/proc/self/cgroup")?.split(separator: "\n").first { $0.hasPrefix("0::/") }
    guard var name = group.map({ String($0.dropFirst(3)) }) else { return nil }
    var least: Int?
    while true {
      let found = text("/sys/fs/cgroup\(name == "/" ? "" : name)/memory.max").flatMap {
        Int($0.split(separator: "\n").first ?? "")
      }
      if let found { least = min(least ?? found, found) }
      if name.isEmpty || name == "/" { return least }
      name = String(name[..<(name.lastIndex(of: "/") ?? name.startIndex)])
    }
  }

  /// The start of a file of the kernel's, which has no size before it is read; nil if it is not there.
  private static func text(_ path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }

  /// Whether every limit leaves `bytes` more.
  public func allows(_ bytes: Int) -> Bool { limits.allSatisfy { bytes <= $0.bytes - $0.used } }

  /// Throws if `bytes` more, which the work on `path` holds at one time, are more than a limit leaves.
  ///
  /// - Parameters:
  ///   - what: what they are, in the plural: "2,000 turns of 4096 dimensions".
  ///   - advice: what takes less.
  public func require(_ bytes: Int, for what: String, of path: String, advice: String) throws {
    for limit in limits where bytes > limit.bytes - limit.used {
      throw FileError(
        path: path,
        fault: BudgetFault(
          what: what, needed: bytes, left: max(0, limit.bytes - limit.used), source: limit.source, advice: advice))
    }
  }
}

/// Less memory than the work takes.
public struct BudgetFault: FileFault, Equatable {
  let what: String
  let needed, left: Int
  let source, advice: String

  /// The kind of trouble.
  public var category: FaultCategory { .readWrite }

  /// The fault in words.
  public var explanation: String {
    "\(what) take \(needed >> 20) MB of memory at one time, and the limit (\(source)) leaves \(left >> 20); raise it\(advice.isEmpty ? "" : ", or \(advice)")"
  }
}
