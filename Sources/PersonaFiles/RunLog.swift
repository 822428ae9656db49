/// Where a run tells what it does: notes a user should know of, and how far it has come.
public struct RunLog: Sendable {
  /// Takes one line of text.
  public let note: @Sendable (String) -> Void
  /// Takes the name of the work, the units done and the units in all.
  public let progress: @Sendable (String, Int, Int) -> Void

  /// A log that hands on what it is told.
  public init(
    note: @escaping @Sendable (String) -> Void, progress: @escaping @Sendable (String, Int, Int) -> Void
  ) {
    self.note = note
    self.progress = progress
  }

  /// A log that keeps nothing.
  public static let silent = RunLog(note: { _ in }, progress: { _, _, _ in })
}
