/// Why a decomposition has no result.
public enum LinearAlgebraError: Error, Sendable, Equatable {
  /// The element at (`row`, `column`) is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// There is no memory for the workspace of a decomposition of this order.
  case outOfMemory(order: Int)
  /// The process may not have the memory that OpenBLAS works in.
  case noWorkspace(bytes: Int)
  /// A LAPACK routine ended with `info` = `status` > 0.
  case noConvergence(routine: String, status: Int)
}

extension LinearAlgebraError {
  /// Whether it is for the machine that there is no result, not for the matrix.
  public var isLackOfMemory: Bool {
    switch self {
    case .outOfMemory, .noWorkspace: true
    case .notFinite, .noConvergence: false
    }
  }
}

extension LinearAlgebraError: CustomStringConvertible {
  /// The failure in words.
  public var description: String {
    switch self {
    case .notFinite(let row, let column):
      "the matrix is not finite at row \(row), column \(column)"
    case .outOfMemory(let order): "out of memory for the eigenvalues of a matrix of order \(order)"
    case .noWorkspace(let bytes):
      """
      no memory for the matrix products: OpenBLAS wants \(bytes >> 20) MB of address space; raise the limit (ulimit -v), \
      or set OPENBLAS_NUM_THREADS=1 in the environment, without which it takes as much for every processor
      """
    case .noConvergence(let routine, let status):
      "LAPACK \(routine) did not converge (info = \(status))"
    }
  }
}
