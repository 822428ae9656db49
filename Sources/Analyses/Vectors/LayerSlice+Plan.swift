internal import Dumps

/// A slice is summed by one task over all responses of a role.
///
/// Every number of a mean is computed by one task, in the order of the file, so that how layers are divided among tasks
/// changes no bit.
extension LayerSlice {
  /// Reading less at a time than this costs more in calls than it gains in cores.
  private static let leastBytes = 1 << 15

  /// Divides `rows` (ascending) among tasks.
  ///
  /// - Parameters:
  ///   - rowBytes: the bytes of a row in the file.
  ///   - heldPerRow: the bytes of memory that a task needs for a row.
  ///   - threads: the tasks that run at a time.
  ///   - memory: the bytes that they may need together; one row each is had in any case.
  static func plan(_ rows: [Int], rowBytes: Int, heldPerRow: Int, threads: Int, memory: Int) -> [LayerSlice] {
    let useful = max(1, min(threads, rows.count * rowBytes / leastBytes))
    let share = (rows.count + useful - 1) / useful
    return divided(rows, most: max(1, min(share, memory / threads / heldPerRow)))
  }
}
