internal import COpenBLAS
internal import Glibc
internal import Synchronization

/// Sees to it that OpenBLAS has the memory that a product works in.
///
/// A product works in a buffer that OpenBLAS maps when all it has are in use, and keeps. Where the mapping fails, as under
/// `ulimit -v`, it tries again for ever. So, where the address space is limited, products wait for one another, which
/// takes a single buffer, and before the first it is tried whether there is room for that.
enum BLASWorkspace {
  /// The size of a buffer (BUFFER_SIZE in OpenBLAS's common_x86_64.h).
  static let bufferBytes = 128 << 20
  /// Room for what other threads take between the trial and the mapping.
  private static let room = 32 << 20

  /// Whether the address space is limited.
  static let isLimited: Bool = {
    var limit = rlimit()
    return unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur != .max
  }()

  /// Whether the one buffer is there; held during a product.
  private static let hasBuffer = Mutex(false)

  /// Calls `body`, which may call routines of BLAS and LAPACK.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace` if there is no room for a buffer, and what `body` throws.
  static func use<Result>(_ body: () throws -> Result) throws -> Result {
    BLASThreads.useOne()
    guard isLimited else { return try body() }
    return try hasBuffer.withLock { hasBuffer in
      if !hasBuffer {
        // As OpenBLAS maps it: what may not be written to would not count as memory that is promised.
        let size = bufferBytes + room
        let trial = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard unsafe trial != MAP_FAILED else { throw LinearAlgebraError.noWorkspace(bytes: bufferBytes) }
        unsafe munmap(trial, size)
        hasBuffer = true
      }
      return try body()
    }
  }
}
