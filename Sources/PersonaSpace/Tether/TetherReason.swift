internal import Statistics

/// Why a number of a tether is not told, or has no interval.
public enum TetherReason: Sendable, Hashable {
  /// Positions of all turns are the same, or there are fewer turns than `TetherReason.leastTurns`: nothing is fitted.
  case tooFewTurns(Int), constantPositions(Double)
  /// No conversation has a second turn: nothing is fitted.
  case noSecondTurn
  /// Positions are so large that their squares leave the range of doubles: nothing is fitted.
  case beyondRange
  /// One conversation alone: nothing can be held out, and nothing resampled.
  case oneConversation
  /// Fewer clusters than an interval takes, `Interval.leastClusters`; regenerations of a conversation are one cluster.
  case tooFewClusters(Int)
  /// A state has fewer turns from which a rate could be read than `TetherReason.leastTurnsInState`.
  case stateNeverVisited(TwoStateChain.State)
  /// The states' means lie closer, in pooled standard deviations, than `TetherReason.leastSeparation`.
  case statesNotSeparated(Double)
  /// Conversations are as likely without memory, or the interval of the reversion rate holds 1 or is not known: a turn may tell
  /// nothing of the next, and there is no half-life. If the reading error is estimated too, it cannot be told from the walk's own
  /// noise then.
  case noMemory
  /// The interval of the reversion rate holds 0, or is not known: there may be nothing that the walk returns to.
  case noPull
  /// Another choice of the conversations' resting points, common or their own, describes the turns nearly as well, with a
  /// reversion rate outside the interval that the one taken has by itself. Intervals span all of them.
  case rateDependsOnRestingPoints(others: [Double])
  /// The mean positions of turns follow no walk, as those of a trend; `rate` is the reversion rate about them.
  case courseInCommon(rate: Double)
  /// The interval of the held-out advantage holds 0.
  case modelsNotTold
  /// Fewer bootstrap samples than an interval takes, `Interval.leastReplicates`.
  case tooFewReplicates

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

extension TetherReason {
  /// The reason in words.
  public var explanation: String {
    switch self {
    case .tooFewTurns(let count): "there are \(count) turns; at least \(Self.leastTurns) are needed"
    case .constantPositions(let position): "every turn lies at position \(position): nothing moves"
    case .noSecondTurn: "no conversation has a second turn"
    case .beyondRange: "positions are too large to be summed: the table is damaged, or the axis is no axis"
    case .oneConversation: "there is 1 conversation; at least \(Interval.leastClusters) are needed"
    case .tooFewClusters(let count):
      "there \(count == 1 ? "is 1 conversation" : "are \(count) conversations"), with regenerations counted as one; at least \(Interval.leastClusters) are needed"
    case .stateNeverVisited(.home):
      "fewer than \(Int(Self.leastTurnsInState)) turns at home have a next one: the rate of leaving is not told"
    case .stateNeverVisited(.away):
      "fewer than \(Int(Self.leastTurnsInState)) turns away have a next one: the rate of coming back is not told"
    case .statesNotSeparated: "two states would lie too close to be told from one"
    case .noMemory:
      "no memory is shown: a turn may tell nothing of the next, beyond the level that its conversation keeps"
    case .noPull: "no pull is shown: there may be no point that conversations return to"
    case .rateDependsOnRestingPoints(let others):
      "whether conversations have resting points of their own, and start about them, is not told, and the reversion rate depends on it: it may be near \(others.map { "\((100 * $0).rounded() / 100)" }.joined(separator: " or ")); intervals hold this; more or longer conversations would tell"
    case .courseInCommon(let rate):
      "conversations have a course in common that no walk has, such as a trend: about it the reversion rate is near \((100 * rate).rounded() / 100), which intervals do not hold; half-life and resting point are those of the course"
    case .modelsNotTold: "which of two states and a walk predicts held-out conversations better is not told"
    case .tooFewReplicates:
      "no model is named without intervals, which take \(Interval.leastReplicates) bootstrap samples"
    }
  }
}
