public import Statistics

/// A conversation's positions less what its topic does: 1 + position − baseline, where the baseline is the position of the default's own
/// answer to the opening message, without history. 1 is where the default itself would lie, whatever the topic.
public struct RelativeDrift: Sendable, Equatable {
  /// The mean baseline over the turns, in axis position.
  public let baseline: Double
  /// The first position relative to it and the last, NaN where that turn was not measured; and the mean.
  public let start, end, mean: Double
  /// The share of turns strictly below the threshold, relative to the baseline.
  public let belowThreshold: Double

  /// Of `track`, with a baseline for each turn; nil unless all are known.
  public init?(_ track: ConversationTrack, baselines: [Double], threshold: Double) {
    guard baselines.count == track.positions.count, baselines.allSatisfy(\.isFinite) else { return nil }
    let own = zip(track.positions, baselines).map { 1 + $0 - $1 }
    baseline = baselines.reduce(0, +) / Double(baselines.count)
    start = track.start == nil ? .nan : own[0]
    end = track.end == nil ? .nan : own[own.count - 1]
    mean = own.reduce(0, +) / Double(own.count)
    belowThreshold = Double(own.count { $0 < threshold }) / Double(own.count)
  }
}

/// The means of that over conversations, with intervals from bootstrap samples of them.
public struct RelativeGroup: Sendable {
  /// The mean baseline, and the means of the rest.
  public let baseline, start, end, mean, belowThreshold: Estimate

  /// Of `drifts`, those of the conversations of `group`; nil unless each has one.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public init?(_ drifts: [RelativeDrift?], _ group: ConversationGroup, replicates: Int, seed: UInt64) throws {
    let known = drifts.compactMap(\.self)
    guard known.count == group.tracks.count else { return nil }
    let means = try group.resampled(replicates, seed: seed).means(of: [
      known.map(\.baseline), known.map { $0.end.isNaN ? .nan : $0.start },
      known.map { $0.start.isNaN ? .nan : $0.end }, known.map(\.mean), known.map(\.belowThreshold),
    ])
    (baseline, start, end, mean, belowThreshold) = (means[0], means[1], means[2], means[3], means[4])
  }
}
