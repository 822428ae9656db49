internal import Dumps
internal import PersonaSpace

/// A turn in one layer under one threshold: a row of `cap_turns.csv`, made of columns as it is written.
struct CapTurn {
  let key: ConversationKey
  let turn: Int
  let layer: Int
  let threshold: CapThreshold
  /// The number of tokens; nil where only the turn's mean was dumped.
  let tokens: Int?
  /// What the cap was simulated on.
  var granularity: CapGranularity { tokens == nil ? .turn : .token }
  /// Its distance off the axis over that of the farthest role: no unit; nil if it is not known.
  let reach: Double?
  /// The projection of the turn's mean before.
  let before: Double
  /// The same after.
  var after: Double { before + moved.pullback }
  /// The axis position of the turn's mean before, as `turns.csv` has it, and after.
  let positionBefore, positionAfter: Double
  /// What the cap does.
  let moved: CapColumns.Moved
}
