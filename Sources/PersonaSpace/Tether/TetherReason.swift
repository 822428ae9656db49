internal import Statistics

/// Why a number of a tether is not told, or has no interval.
public enum TetherReason: Sendable, Hashable {
  /// Positions of all turns are the same, or there are fewer turns than `TetherReason.leastTurns`: nothing is fitted.
  case tooFewTurns(Int), constantPositions(Double)
  /// One conversation alone: nothing can be held out, and nothing resampled.
  case oneConversation
  /// Fewer clusters than an interval takes, `Interval.leastClusters`; regenerations of a conversation are one cluster.
  case tooFewClusters(Int)
  /// A state has fewer turns from which a rate could be read than `TetherReason.leastTurnsInState`.
  case stateNeverVisited(TwoStateChain.State)
  /// The states' means lie closer, in pooled standard deviations, than `TetherReason.leastSeparation`.
  case statesNotSeparated(Double)
  /// The interval of the reversion rate holds 1, or is not known, or conversations are as likely without memory: a turn may tell
  /// nothing of the next, and there is no half-life. If the reading error is estimated too, it cannot be told from the walk's own
  /// noise then.
  case noMemory
  /// The interval of the reversion rate holds 0, or is not known: there may be nothing that the walk returns to.
  case noPull
  /// The interval of the held-out advantage holds 0.
  case modelsNotTold

  /// The turns that a fit takes: more than either model has parameters, 7.
  public static let leastTurns = 10
  /// The expected number of turns in a state, each followed by another, from which its rate is read.
  public static let leastTurnsInState = 3.0
  /// Two normal distributions of one standard deviation have two peaks together only if their means lie more than two of them apart
  /// (Behboodian, Technometrics 12, 1970).
  public static let leastSeparation = 2.0

  /// What `group` lacks for intervals.
  static func ofClusters(_ group: ConversationGroup) -> [TetherReason] {
    if group.tracks.count == 1 { return [.oneConversation] }
    return group.clusterCount < Interval.leastClusters ? [.tooFewClusters(group.clusterCount)] : []
  }

  var isAboutStates: Bool {
    if case .statesNotSeparated = self { true } else { false }
  }
}
