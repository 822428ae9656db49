internal import Glibc

/// How much memory a process may have: a limit of its address space (`ulimit -v`), that of its control group, and what the machine has.
///
/// What a run must hold is known from the headers of its inputs. To ask for it at the start tells a user at once what would
/// otherwise be told after minutes of reading, or by the kernel, which ends a process without a word.
public struct MemoryBudget: Sendable {
  /// A limit and what the process has of it already, in bytes.
  struct Limit: Sendable, Equatable {
    let source: Source
    let bytes, used: Int
  }

  /// Whose limit it is.
  enum Source: Sendable, Equatable {
    /// That of a process's address space.
    case addressSpace
    /// That of a control group, by the name of the kernel's file.
    case group(String)
    /// The memory of the machine, with what it swaps to.
    case machine
  }

  let limits: [Limit]

  /// Known limits.
  init(_ limits: [Limit]) { self.limits = limits }

  /// The limits of this process.
  public init() {
    self.init(root: "")
    var limit = rlimit()
    if unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < UInt(Int.max) {
      let used = Self.pages("")[0]
      self.init([Limit(source: .addressSpace, bytes: Int(limit.rlim_cur), used: used)] + limits)
    }
  }

  /// The bytes that the control group of this process may have, as a container or a job; nil without a limit.
  package static var groupBytes: Int? { groupLimit("")?.bytes }

  /// The limits that the kernel's files below the folder `root` tell of.
  package init(root: String) {
    let resident = Self.pages(root)[1]
    var found: [Limit] = []
    if let limit = Self.groupLimit(root) {
      found.append(Limit(source: .group(limit.file), bytes: limit.bytes, used: resident))
    }
    if let bytes = Self.machineMemory(root) { found.append(Limit(source: .machine, bytes: bytes, used: resident)) }
    self.init(found)
  }

  /// The bytes of address space that the process has, and those in memory.
  private static func pages(_ root: String) -> [Int] {
    let pages = text("\(root)/proc/self/statm")?.split(separator: " ") ?? []
    return (0..<2).map { pages.count > $0 ? (Int(pages[$0]) ?? 0) * Int(getpagesize()) : 0 }
  }

  /// The least limit of the group of this process and those above it, of either version of Linux's control groups; nil without one.
  ///
  /// A container may see its own group at the top of the folder while `/proc` names the machine's path of it: what is not there is passed
  /// over, up to the top.
  private static func groupLimit(_ root: String) -> (bytes: Int, file: String)? {
    let lines = text("\(root)/proc/self/cgroup")?.split(separator: "\n") ?? []
    var least: (bytes: Int, file: String)?
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isSecond = parts[0] == "0" && parts[1].isEmpty
      guard isSecond || parts[1].split(separator: ",").contains("memory") else { continue }
      let (folder, file) = isSecond ? ("", "memory.max") : ("/memory", "memory.limit_in_bytes")
      var name = parts[2] == "/" ? "" : String(parts[2])
      while true {
        let found = text("\(root)/sys/fs/cgroup\(folder)\(name)/\(file)")?.split(separator: "\n").first.flatMap {
          Int($0)
        }
        // The first version writes a number next to the largest that there is where there is no limit.
        if let found, found < 1 << 60, found < least?.bytes ?? .max { least = (found, file) }
        guard let slash = name.lastIndex(of: "/") else { break }
        name = String(name[..<slash])
      }
    }
    return least
  }

  /// The memory of the machine and what it swaps to; nil if that is not told.
  private static func machineMemory(_ root: String) -> Int? {
    let lines = text("\(root)/proc/meminfo")?.split(separator: "\n") ?? []
    func kilobytes(_ name: String) -> Int? {
      lines.first { $0.hasPrefix("\(name):") }.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap {
        Int($0)
      }
    }
    return kilobytes("MemTotal").map { ($0 + (kilobytes("SwapTotal") ?? 0)) << 10 }
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
  let source: MemoryBudget.Source
  let advice: String

  /// The kind of trouble.
  public var category: FaultCategory { .readWrite }

  /// The fault in words.
  public var explanation: String {
    let (whose, remedy) =
      switch source {
      case .addressSpace: ("the limit (ulimit -v)", "raise it")
      case .group(let file): ("the limit of the control group or container (\(file))", "raise it")
      case .machine: ("this machine", "take one with more")
      }
    return "\(what) take \(needed >> 20) MB of memory at one time, and \(whose) leaves \(left >> 20); \(remedy)"
      + (advice.isEmpty ? "" : ", or \(advice)")
  }
}
