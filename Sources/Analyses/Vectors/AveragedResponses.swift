internal import Dumps
internal import Files

/// What was averaged.
struct AveragedResponses: Sendable {
  /// The layers and dimensions of what is averaged.
  struct Shape: Sendable, Codable, Equatable {
    /// The numbers of the layers averaged.
    let layers: [Int]
    /// Their rows in the files, and how many those have.
    let rows: [Int]
    let rowCount: Int
    let hiddenSize: Int
  }

  /// Those with enough responses, in the order of their names, without the Assistant.
  let roles: [ResponseRecord]
  let leftOut: [ResponseRecord]
  let assistant: ResponseRecord?
  let shape: Shape
  let isScored: Bool
  let minimum: Int
  /// The questions that were kept; nil without `--match-questions`.
  let questions: Set<Int>?
  let parts: PartsFolder
  /// The files that were averaged, with the digests of what was read of them, and the scores that they were kept by.
  var inputs: [InputDigest] = []
  /// The vectors freed of the questions; nil where they are the means as they are.
  var adjustment: QuestionAdjustment?
  /// Whether they are, or why not.
  var outcome = AdjustmentOutcome.notAsked

  /// By the records of the Assistant and of `roles`, in the order of their names: those with `minimum` responses and more are used.
  init(
    assistant: ResponseRecord?, roles: [ResponseRecord], shape: Shape, isScored: Bool, minimum: Int,
    questions: Set<Int>?, parts: PartsFolder
  ) {
    self.roles = roles.filter { $0.isUsed && $0.counts.kept >= minimum }
    leftOut = roles.filter { !$0.isUsed || $0.counts.kept < minimum }.map { record in
      var record = record
      // Its part may be of a run with a lower minimum.
      record.isUsed = false
      return record
    }
    (self.assistant, self.shape, self.isScored) = (assistant, shape, isScored)
    (self.minimum, self.questions, self.parts) = (minimum, questions, parts)
  }

  /// The numbers of the layers averaged.
  var layers: [Int] { shape.layers }
  /// Their rows in the files.
  var rows: [Int] { shape.rows }
  /// How many rows the files have.
  var rowCount: Int { shape.rowCount }
  var hiddenSize: Int { shape.hiddenSize }

  /// The Assistant and the roles that have a vector.
  var used: [ResponseRecord] { [assistant].compactMap(\.self) + roles }

  /// Where the vector of a role is.
  func source(ofRole role: String) -> VectorSource {
    adjustment?.source(ofRole: role) ?? parts.source(ofRole: role)
  }

  /// Every role, the Assistant first.
  var all: [ResponseRecord] {
    [assistant].compactMap(\.self)
      + (roles + leftOut).sorted { $0.role.unicodeScalars.lexicographicallyPrecedes($1.role.unicodeScalars) }
  }

  /// Throws if there is no vector, or none but the default's though there are roles.
  ///
  /// - Parameter path: what was averaged.
  func requireVectors(of path: String) throws {
    guard !roles.isEmpty || assistant != nil && leftOut.isEmpty else {
      throw FileError(
        path: path,
        fault: VectorsFault.tooFewRoles(left: 0, needed: 1, minimum: minimum, leftOut: leftOut.map(\.role)))
    }
  }
}
