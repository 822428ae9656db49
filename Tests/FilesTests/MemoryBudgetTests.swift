import Files
import TestSupport
import Testing

/// What limits of memory the kernel's files tell of, in a folder with files as they are on machines of either version of its control groups.
@Suite struct MemoryBudgetTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    // 4 GB and no swap; the process has 1 MB of them (256 pages).
    try write("MemTotal:        4194304 kB\nMemFree:          100 kB\nSwapTotal:             0 kB\n", "proc/meminfo")
    try write("5000 256 100 1 0 1 0\n", "proc/self/statm")
  }

  private func write(_ text: String, _ name: String) throws { try folder.write(text, to: name) }

  /// The message of so many megabytes more; nil if they are not refused.
  private func refusal(_ megabytes: Int) -> String? {
    do {
      try MemoryBudget(root: folder.path)
        .require(megabytes << 20, for: "9 rows", of: "a.csv", advice: "give fewer")
      return nil
    } catch { return "\(error)" }
  }

  @Test func theMachineIsALimit() throws {
    #expect(refusal(4095) == nil)
    let message = try #require(refusal(4096))
    #expect(message.contains("9 rows take 4096 MB") && message.contains("this machine leaves 4095"))
    #expect(message.contains("take one with more, or give fewer"))
  }

  @Test func theLeastLimitOfAGroupAndThoseAboveItCounts() throws {
    try write("0::/a.slice/job.scope\n", "proc/self/cgroup")
    try write("max\n", "sys/fs/cgroup/a.slice/job.scope/memory.max")
    #expect(refusal(4000) == nil)
    try write("209715200\n", "sys/fs/cgroup/a.slice/memory.max")
    #expect(refusal(199) == nil)
    let message = try #require(refusal(200))
    #expect(message.contains("control group or container (memory.max) leaves 199; raise it, or give fewer"))
    try write("104857600\n", "sys/fs/cgroup/a.slice/job.scope/memory.max")
    #expect(refusal(99) == nil && refusal(100) != nil)
  }

  /// A container's group is at the top of what it sees, while the path is that of the machine.
  @Test func aContainerSeesItsGroupAtTheTop() throws {
    try write("0::/docker/0123\n", "proc/self/cgroup")
    try write("209715200\n", "sys/fs/cgroup/memory.max")
    #expect(refusal(199) == nil && refusal(200) != nil)
  }

  @Test func theFirstVersionOfGroupsIsRead() throws {
    try write("9:name=systemd:/\n4:cpu,memory:/jobs/7\n0::/\n", "proc/self/cgroup")
    // What it writes where there is no limit.
    try write("9223372036854771712\n", "sys/fs/cgroup/memory/jobs/memory.limit_in_bytes")
    #expect(refusal(4000) == nil)
    try write("209715200\n", "sys/fs/cgroup/memory/jobs/7/memory.limit_in_bytes")
    #expect(refusal(199) == nil)
    #expect(try #require(refusal(200)).contains("(memory.limit_in_bytes) leaves 199"))
    try write("4:memory:/docker/0123\n", "proc/self/cgroup")
    try write("209715200\n", "sys/fs/cgroup/memory/memory.limit_in_bytes")
    #expect(refusal(199) == nil && refusal(200) != nil)
  }
}
