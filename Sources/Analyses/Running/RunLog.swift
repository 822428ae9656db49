/// Where a run tells what it does: notes a user should know of, and how far it has come.
public struct RunLog: Sendable {
  /// How far a piece of work has come.
  public struct Progress: Sendable {
    /// What is counted.
    public enum Unit: Sendable {
      /// Files, layers, turns.
      case items
      /// Bytes of input.
      case bytes
    }

    /// The work.
    public let name: String
    /// What is done of it, and what there is in all.
    public let done, all: Int
    /// What these count.
    public let unit: Unit
    /// What is in hand; may be empty.
    public let detail: String
  }

  /// Takes one line of text.
  public let note: @Sendable (String) -> Void
  /// Takes how far the work has come.
  public let report: @Sendable (Progress) -> Void

  /// A log that hands on what it is told.
  public init(note: @escaping @Sendable (String) -> Void, report: @escaping @Sendable (Progress) -> Void) {
    self.note = note
    self.report = report
  }

  /// A log that keeps nothing.
  public static let silent = RunLog(note: { _ in }, report: { _ in })

  /// Reports that `done` of `all` items of the work `name` are done.
  func progress(_ name: String, _ done: Int, _ all: Int) {
    report(Progress(name: name, done: done, all: all, unit: .items, detail: ""))
  }
}
