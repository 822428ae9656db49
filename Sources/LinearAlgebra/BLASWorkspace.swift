internal import COpenBLAS
internal import Glibc

/// Sees to it that OpenBLAS has a buffer for every product that runs.
///
/// A product works in a buffer that OpenBLAS maps when all it has are in use, and keeps. Where the mapping fails, as under
/// `ulimit -v`, it tries again for ever. So the buffers are mapped from here, one after the other while no product
/// runs, each after a trial that it can be, and by a thread that can be left behind should another have taken the
/// room meanwhile; with fewer of them than threads, products wait for one another.
enum BLASWorkspace {
  /// The size of a buffer: at least BUFFER_SIZE in OpenBLAS's common_x86_64.h, with room for what is allocated
  /// between the trial and the mapping.
  static let bufferBytes = 128 << 20
  private static let room = 32 << 20
  /// The seconds after which a mapping, a matter of microseconds, has failed.
  private static let patience = 2

  /// What is known of the buffers; guarded by `mutex`.
  private struct State {
    var mapped = 0
    var running = 0
    var isGrowing = false
    /// Whether there was no room for one more.
    var isFull = false
    /// Whether the buffer that is being mapped is there.
    var hasNew = false
  }

  nonisolated(unsafe) private static var state = State()
  nonisolated(unsafe) private static let mutex = {
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    return unsafe mutex
  }()
  /// Signalled when a product has ended, or the number of buffers is known.
  nonisolated(unsafe) private static let changed = {
    let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    unsafe pthread_cond_init(condition, nil)
    return unsafe condition
  }()

  /// Calls `body`, which may call routines of BLAS and LAPACK that need a buffer, one after the other.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace` if there is no room for a single buffer, and what `body` throws.
  static func use<Result>(_ body: () throws -> Result) throws -> Result {
    BLASThreads.useOne()
    try begin()
    defer { end() }
    return try body()
  }

  private static func begin() throws {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while unsafe state.isGrowing || state.running >= state.mapped {
      if unsafe !state.isGrowing, unsafe !state.isFull {
        unsafe state.isGrowing = true
        while unsafe state.running > 0 { wait() }
        if unsafe mapOneMore(than: state.mapped) {
          unsafe state.mapped += 1
        } else {
          // Without any there is nothing to wait for, and a later call may find room.
          unsafe state.isFull = state.mapped > 0
        }
        unsafe state.isGrowing = false
        unsafe pthread_cond_broadcast(changed)
        guard unsafe state.mapped > 0 else { throw LinearAlgebraError.noWorkspace(bytes: bufferBytes) }
      } else {
        wait()
      }
    }
    unsafe state.running += 1
  }

  private static func end() {
    unsafe pthread_mutex_lock(mutex)
    unsafe state.running -= 1
    unsafe pthread_cond_broadcast(changed)
    unsafe pthread_mutex_unlock(mutex)
  }

  private static func wait() { unsafe pthread_cond_wait(changed, mutex) }

  /// Has OpenBLAS map a buffer beside the `count` it has, none of which is in use, if there is room.
  private static func mapOneMore(than count: Int) -> Bool {
    // As OpenBLAS maps them: what may not be written to would not count as memory that is promised.
    let size = bufferBytes + room
    let trial = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard unsafe trial != MAP_FAILED else { return false }
    unsafe munmap(trial, size)
    // It gives out those it has first: with all of them taken, the next is new.
    let known = (0..<count).map { _ in unsafe UInt(bitPattern: blas_memory_alloc(0)) }
    defer { for buffer in known { unsafe blas_memory_free(UnsafeMutableRawPointer(bitPattern: buffer)) } }
    unsafe state.hasNew = false
    var thread = pthread_t()
    guard unsafe pthread_create(&thread, nil, { _ in unsafe BLASWorkspace.mapNext() }, nil) == 0 else { return false }
    pthread_detach(thread)
    var deadline = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &deadline)
    deadline.tv_sec += patience
    while unsafe !state.hasNew {
      if unsafe pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT { return unsafe state.hasNew }
    }
    return true
  }

  /// Has OpenBLAS map a buffer and says so when it has.
  private static func mapNext() -> UnsafeMutableRawPointer? {
    unsafe blas_memory_free(blas_memory_alloc(0))
    unsafe pthread_mutex_lock(mutex)
    unsafe state.hasNew = true
    unsafe pthread_cond_broadcast(changed)
    unsafe pthread_mutex_unlock(mutex)
    return nil
  }
}
