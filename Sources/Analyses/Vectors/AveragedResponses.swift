internal import Dumps
internal import Files

/// What was averaged.
struct AveragedResponses: Sendable {
  /// Those with enough responses, in the order of their names, without the Assistant.
  let roles: [ResponseRecord]
  let leftOut: [ResponseRecord]
  let assistant: ResponseRecord?
  /// The numbers of the layers averaged.
  let layers: [Int]
  /// Their rows in the files, and how many those have.
  let rows: [Int]
  let rowCount: Int
  let hiddenSize: Int
  let isScored: Bool
  let minimum: Int
  /// The questions that were kept; nil without `--match-questions`.
  let questions: Set<Int>?
  let parts: PartsFolder
  /// The files that were averaged, with the digests of what was read of them, and the scores that they were kept by.
  let inputs: [InputDigest]
  /// The vectors freed of the questions; nil where they are the means as they are.
  var adjustment: QuestionAdjustment?
  /// Whether they are, or why not.
  var outcome = AdjustmentOutcome.notAsked

  /// Where the vector of a role is.
  func source(ofRole role: String) -> VectorSource {
    adjustment?.source(ofRole: role) ?? parts.source(ofRole: role)
  }

  /// Every role, the Assistant first.
  var all: [ResponseRecord] {
    [assistant].compactMap(\.self)
      + (roles + leftOut).sorted { $0.role.unicodeScalars.lexicographicallyPrecedes($1.role.unicodeScalars) }
  }
}
