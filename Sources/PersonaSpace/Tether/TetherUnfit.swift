/// Why nothing can be fitted to a group.
public struct TetherUnfit: Error, Sendable, Equatable {
  /// What it lacks.
  public let reason: TetherReason

  /// For `reason`.
  public init(reason: TetherReason) { self.reason = reason }
}
