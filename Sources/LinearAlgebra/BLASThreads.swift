internal import COpenBLAS

/// Keeps OpenBLAS single-threaded.
///
/// Its thread count is global to the process and changes how sums are split, hence their last bits. Work is
/// spread over layers and files instead, each of which is computed whole by one thread: the same bits for any
/// number of threads.
enum BLASThreads {
  private static let one: Void = openblas_set_num_threads(1)

  static func useOne() { one }
}
