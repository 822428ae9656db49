internal import Statistics

/// What the turns of a group of conversations say of its tether to the Assistant: which of two models describes them, with that model's
/// numbers.
///
/// Conversations that rest at different points, such as those of several domains, are no group: what they have in common is none's.
public struct ConversationTether: Sendable {
  /// The model that is named: the one that predicts held-out conversations better, if that is told and its own fit shows it. A walk
  /// shows itself by memory, two states as `TwoStateChainFit.isShown` says. Of turns that know nothing of one another neither is named.
  public let model: TetherChoice.Model
  /// Which model predicts better.
  public let choice: TetherChoice
  /// The two-state chain; with intervals if it is named.
  public let chain: TwoStateChainFit
  /// The walk; with intervals if it is named. One that is not named has no memory shown, and so no half-life.
  public let walk: WalkFit
  /// Why no model is named, or which of its numbers are missing and why.
  public let reasons: [TetherReason]

  /// Fits both models, and intervals of the one that is named.
  ///
  /// - Parameters:
  ///   - error: the reading error of the walk, if it is known.
  ///   - restingPoints: whose resting points the walk has.
  ///   - replicates: the number of bootstrap samples of clusters.
  ///   - seed: of folds and samples.
  /// - Throws: `TetherUnfit` if nothing can be fitted, or no model could be named: of fewer clusters than `Interval.leastClusters` or
  ///   samples than `Interval.leastReplicates`.
  public init(
    _ group: ConversationGroup, reading error: ReadingError = .estimated,
    restingPoints: WalkFit.RestingPoints = .whicheverFits, replicates: Int, seed: UInt64
  ) throws(TetherUnfit) {
    if let reason = TetherReason.ofClusters(group).first { throw TetherUnfit(reason: reason) }
    guard group.tracks.contains(where: { $0.turns.count > 1 }) else { throw TetherUnfit(reason: .noSecondTurn) }
    guard replicates >= Interval.leastReplicates else { throw TetherUnfit(reason: .tooFewReplicates) }
    let choice = try TetherChoice(
      group, reading: error, restingPoints: restingPoints, replicates: replicates, seed: seed)
    let chain = try TwoStateChainFit(group, replicates: choice.model == .twoStates ? replicates : 0, seed: seed)
    let walk = try WalkFit(
      group, reading: error, restingPoints: restingPoints, replicates: choice.model == .walk ? replicates : 0,
      seed: seed)
    (self.choice, self.chain, self.walk) = (choice, chain, walk)
    switch choice.model {
    case .twoStates where chain.isShown: (model, reasons) = (.twoStates, chain.reasons)
    case .twoStates:
      let states = chain.reasons.filter(\.isAboutStates)
      (model, reasons) = (.neither, states.isEmpty ? [.noMemory] : states)
    case .walk where !walk.reasons.contains(.noMemory): (model, reasons) = (.walk, walk.reasons)
    case .walk: (model, reasons) = (.neither, [.noMemory])
    case .neither:
      let hasMemory = chain.hasMemory || walk.memoryGain > WalkFit.leastGain
      (model, reasons) = (.neither, hasMemory ? [.modelsNotTold] : [.noMemory])
    }
  }
}
