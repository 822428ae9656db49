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

  /// Every role, the Assistant first.
  var all: [ResponseRecord] {
    [assistant].compactMap(\.self)
      + (roles + leftOut).sorted { $0.role.unicodeScalars.lexicographicallyPrecedes($1.role.unicodeScalars) }
  }
}
