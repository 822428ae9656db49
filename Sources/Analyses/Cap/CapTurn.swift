internal import Dumps
internal import PersonaSpace

/// A turn in one layer under one threshold: a row of `cap_turns.csv`.
struct CapTurn: Sendable {
  let key: ConversationKey
  let turn: Int
  /// The turns of the conversation, those that were left out included.
  let turnCount: Int
  let layer: Int
  let threshold: CapThreshold
  /// The number of tokens; nil where only the turn's mean was dumped.
  let tokens: Int?
  let capped: CappedTurn

  /// What the cap was simulated on.
  var granularity: CapGranularity { tokens == nil ? .turn : .token }
  /// Its distance off the axis over that of the farthest role: no unit; nil if it is not known.
  let reach: Double?
  /// The axis position of the turn's mean before, as `turns.csv` has it, and after.
  let positionBefore, positionAfter: Double

  init(
    _ measured: TurnReader.Turn, _ tokens: TurnTokens, key: ConversationKey, turn: Int, turnCount: Int,
    layer: Int, threshold: CapThreshold, axis: AssistantAxis, reach: Double?
  ) {
    (self.reach, self.turnCount) = (reach, turnCount)
    (self.key, self.turn, self.layer, self.threshold) = (key, turn, layer, threshold)
    self.tokens = measured.tokenCount
    capped = CappedTurn(tokens, mean: measured.reading.projection, threshold.intervention)
    positionBefore = measured.reading.position
    positionAfter = positionBefore + capped.pullback / axis.norm
  }

  /// A turn of axis position `position` whose cap moves it by `capped.pullback` along the axis, of length `norm`.
  init(
    _ capped: CappedTurn, key: ConversationKey, turn: Int, turnCount: Int, layer: Int, threshold: CapThreshold,
    tokens: Int?, reach: Double?, position: Double, norm: Double
  ) {
    (self.capped, self.key, self.turn, self.turnCount) = (capped, key, turn, turnCount)
    (self.layer, self.threshold, self.tokens, self.reach) = (layer, threshold, tokens, reach)
    (positionBefore, positionAfter) = (position, position + capped.pullback / norm)
  }
}
