internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What is said of the length of answers where it goes with their position.
enum LengthReport {
  private static let most = 4

  /// A line for each of `groups` where it matters, or may, and how many more there are.
  static func lines(_ groups: [DriftResult.Group], isResampled: Bool) -> [String] {
    let told = groups.compactMap { group in group.length.flatMap { words($0, group) } }
    return told.prefix(most).map { wrapped($0, indent: 2) }
      + (told.count > most ? ["  (so too in \(told.count - most) more groups: drift.csv)"] : [])
  }

  /// In words; nil where it is not shown to matter.
  private static func words(_ length: AnswerLength, _ group: DriftResult.Group) -> String? {
    let r = fixed(length.correlation.value, 2)
    guard let interval = length.correlation.interval else {
      guard abs(length.correlation.value) > AnswerLength.notable else { return nil }
      return
        "(length: in \(groupName(group)) position and the answer's tokens correlate at \(r), of \(counted(group.conversations, "conversation")) "
        + "without an interval; at one length the change is \(fixed(length.adjustedChange.value, 2)))"
    }
    guard length.matters else { return nil }
    let adjusted = length.adjustedChange
    return
      "(length: in \(groupName(group)) position and the answer's tokens correlate at \(r) (\(range(interval, 2))); with length held "
      + "constant the change is \(fixed(adjusted.value, 2)) (\(range(adjusted.interval, 2))))"
  }
}
