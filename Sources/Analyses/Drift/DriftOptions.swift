public import Dumps
public import Files

/// How to measure drift.
public struct DriftOptions: RunOptions {
  /// What it has in common with other runs.
  public var settings = RunSettings()
  /// The axis position below which a turn has left the Assistant.
  public var threshold = 0.5
  /// Two conditions to compare, the one that drift is reduced from first; nil for none.
  public var comparison: [String]?

  /// The defaults.
  public init() {}
}

/// Why drift cannot be measured as asked.
public enum DriftFault: FileFault, Equatable {
  /// A condition to compare is not among those of the turns.
  case noSuchCondition(String, present: [String])
  /// Two tables have a conversation of one name and condition.
  case repeated(String, condition: String, other: String)

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .repeated(let name, let condition, let other):
      """
      the conversation '\(name)'\(condition.isEmpty ? "" : " under the condition '\(condition)'") is also in \(other); make one of the \
      tables again with persona project … --condition NAME, or --conversation NAME
      """
    case .noSuchCondition(let name, let present):
      present.isEmpty
        ? "no turn is of the condition '\(name)': the turns have no condition; transcripts name it, as \"condition\": \"\(name)\""
        : "no turn is of the condition '\(name)'; there is \(listed(present, most: 20))"
    }
  }
}
