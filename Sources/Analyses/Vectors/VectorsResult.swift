/// What came of it.
public struct VectorsResult: Sendable {
  /// Every role, the Assistant first.
  public let records: [ResponseRecord]
  /// The names of those with too few responses.
  public let leftOut: [String]
  /// The numbers of the layers averaged.
  public let layers: [Int]
  /// The number of dimensions.
  public let hiddenSize: Int
  /// The responses that a role must have left.
  public let minimum: Int
  /// How many questions were kept with `--match-questions`; nil without.
  public let questions: Int?

  /// Whether the vectors are freed of the questions, or why not.
  public let adjustment: AdjustmentOutcome

  init(_ means: AveragedResponses) {
    (records, leftOut, layers) = (means.all, means.leftOut.map(\.role), means.layers)
    (hiddenSize, minimum) = (means.hiddenSize, means.minimum)
    questions = means.questions?.count
    adjustment = means.outcome
  }
}
