/// Why a decomposition has no result.
public enum LinearAlgebraError: Error, Sendable, Equatable {
  /// The element at (`row`, `column`) is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// There is no memory for the workspace of a decomposition of this order.
  case outOfMemory(order: Int)
  /// A LAPACK routine ended with `info` = `status` > 0.
  case noConvergence(routine: String, status: Int)
}

extension LinearAlgebraError: CustomStringConvertible {
  /// The failure in words.
  public var description: String {
    switch self {
    case .notFinite(let row, let column):
      "the matrix is not finite at row \(row), column \(column)"
    case .outOfMemory(let order): "out of memory for the eigenvalues of a matrix of order \(order)"
    case .noConvergence(let routine, let status):
      "LAPACK \(routine) did not converge (info = \(status))"
    }
  }
}
