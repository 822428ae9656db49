public import Statistics

/// A turn of the Assistant whose axis position is predicted.
public struct PredictedTurn: Sendable {
  /// The conversation, from 0, whose samples and conditions are one: what is held out whole.
  public let group: Int
  /// Its domain and condition.
  public let condition: String
  /// The turn's index, from 0.
  public let turn: Int
  /// Its axis position.
  public let position: Double
  /// The axis position of the turn before; nil if it was not measured.
  public let previous: Double?
  /// The characters of the user's messages before it; nil if they are not known.
  public let length: Int?
  /// The embedding of what the user said before it; shape (d), the same for all turns.
  public let embedding: FeatureRow

  /// A turn.
  public init(
    group: Int, condition: String, turn: Int, position: Double, previous: Double?, length: Int?, embedding: FeatureRow
  ) {
    (self.group, self.condition, self.turn, self.position) = (group, condition, turn, position)
    (self.previous, self.length, self.embedding) = (previous, length, embedding)
  }
}

/// What is predicted of a turn.
public enum PredictionTarget: String, Sendable, Encodable, CaseIterable {
  /// The axis position of the turn.
  case level
  /// The same less that of the turn before.
  case change

  /// Of `turn`.
  func value(of turn: PredictedTurn) -> Double {
    switch self {
    case .level: turn.position
    case .change: turn.position - (turn.previous ?? 0)
    }
  }
}
