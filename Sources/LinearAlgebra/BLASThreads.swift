internal import COpenBLAS

/// Keeps OpenBLAS single-threaded.
///
/// Its thread count is global to the process and changes how sums are split, hence their last bits. Work is
/// spread over layers and files instead, each of which is computed whole by one thread: the same bits for any
/// number of threads.
public enum BLASThreads {
  private static let one: Void = openblas_set_num_threads(1)

  /// Ends the threads that OpenBLAS has of its own, none of which is ever used: after it is loaded they would keep a
  /// processor busy for some 20 milliseconds each. For a program's first line.
  public static func endIdleOnes() {
    useOne()
    // Where memory is short one of them may not have come up, and to wait for its end would last for ever.
    if !BLASWorkspace.isLimited { persona_blas_end_threads() }
  }

  static func useOne() { one }
}
