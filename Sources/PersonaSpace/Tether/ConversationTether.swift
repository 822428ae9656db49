/// What the turns of a group of conversations say of its tether to the Assistant: which of two models describes them, with that model's
/// numbers.
///
/// Conversations that rest at different points, such as those of several domains, are no group: what they have in common is none's.
public struct ConversationTether: Sendable {
  /// Which model is named.
  public let choice: TetherChoice
  /// The two-state chain; with intervals if it is named.
  public let chain: TwoStateChainFit
  /// The walk; with intervals if it is named. One that is not named has no memory shown, and so no half-life.
  public let walk: WalkFit

  /// Fits both models, and intervals of the one that is named.
  ///
  /// - Parameters:
  ///   - error: the reading error of the walk, if it is known.
  ///   - restingPoints: whose resting points the walk has.
  ///   - replicates: the number of bootstrap samples of clusters; fewer than `Interval.leastReplicates` name no model.
  ///   - seed: of folds and samples.
  /// - Throws: `TetherUnfit` if nothing can be fitted.
  public init(
    _ group: ConversationGroup, reading error: ReadingError = .estimated,
    restingPoints: WalkFit.RestingPoints = .whicheverFits, replicates: Int, seed: UInt64
  ) throws(TetherUnfit) {
    choice = try TetherChoice(
      group, reading: error, restingPoints: restingPoints, replicates: replicates, seed: seed)
    chain = try TwoStateChainFit(group, replicates: choice.model == .twoStates ? replicates : 0, seed: seed)
    walk = try WalkFit(
      group, reading: error, restingPoints: restingPoints, replicates: choice.model == .walk ? replicates : 0,
      seed: seed)
  }
}
