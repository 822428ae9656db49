public import Statistics

/// The mean drift of conversations of one domain under one condition, in axis position, with intervals from bootstrap samples of
/// conversations.
public struct GroupDrift: Sendable {
  /// The number of conversations.
  public let conversations: Int
  /// The number of them that are not regenerations of one another.
  public let clusters: Int
  /// The number of turns measured, and of steps from one to the very next.
  public let turns, steps: Int
  /// The mean over conversations of the first position, over those whose first and last turn were measured.
  public let start: Estimate
  /// The mean of the last position, over the same.
  public let end: Estimate
  /// The mean of end − start.
  public let change: Estimate
  /// Global drift: the mean of `ConversationDrift.displacement`.
  public let displacement: Estimate
  /// The mean of `ConversationDrift.absoluteDisplacement`.
  public let absoluteDisplacement: Estimate
  /// Local drift: the mean of `ConversationDrift.meanStep`.
  public let meanStep: Estimate
  /// The mean of `ConversationDrift.meanAbsoluteStep`.
  public let meanAbsoluteStep: Estimate
  /// The mean of the largest falls.
  public let maximumDrawdown: Estimate
  /// The mean share of turns below the threshold.
  public let belowThreshold: Estimate
  /// The share of conversations with a turn below the threshold.
  public let crossed: Estimate

  /// The mean of `drifts`, those of the conversations of `group`.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public init(_ drifts: [ConversationDrift], _ group: ConversationGroup, replicates: Int, seed: UInt64) throws {
    precondition(drifts.count == group.tracks.count, "a drift for each conversation")
    let values: [[Double]] = [
      drifts.map { $0.change.isNaN ? .nan : $0.start }, drifts.map { $0.change.isNaN ? .nan : $0.end },
      drifts.map(\.change),
      drifts.map(\.displacement), drifts.map(\.absoluteDisplacement), drifts.map(\.meanStep),
      drifts.map(\.meanAbsoluteStep), drifts.map(\.maximumDrawdown), drifts.map(\.belowThreshold),
      drifts.map { $0.firstCrossing == nil ? 0 : 1 },
    ]
    let means = try group.resampled(replicates, seed: seed).means(of: values)
    (conversations, clusters) = (drifts.count, group.clusterCount)
    turns = drifts.reduce(0) { $0 + $1.turns }
    steps = drifts.reduce(0) { $0 + $1.steps }
    (start, end, change, displacement) = (means[0], means[1], means[2], means[3])
    (absoluteDisplacement, meanStep, meanAbsoluteStep) = (means[4], means[5], means[6])
    (maximumDrawdown, belowThreshold, crossed) = (means[7], means[8], means[9])
  }
}
