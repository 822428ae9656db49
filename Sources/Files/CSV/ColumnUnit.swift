/// What the cells of a column are measured in, and where they can lie.
public enum ColumnUnit: String, Sendable, CaseIterable {
  /// Words, or a name.
  case text
  /// One of a few words, which the column's meaning lists.
  case word
  /// How many.
  case count
  /// A place, counted from 0.
  case index
  /// A place, counted from 1.
  case rank
  /// A layer: the residual stream after that block; −1 is the embedding.
  case layer
  /// (h − mean role) · axis / |axis|²: 0 at the mean role, 1 at the default.
  case position
  /// A difference of axis positions.
  case positionChange
  /// A standard deviation, or an absolute difference, of axis positions.
  case positionSpread
  /// h · axis / |axis|: no meaningful zero.
  case projection
  /// A length in the residual stream.
  case length
  /// A squared length in the residual stream.
  case squaredLength
  /// A cosine.
  case cosine
  /// The absolute value of a cosine.
  case absoluteCosine
  /// A correlation.
  case correlation
  /// A part of a whole.
  case share
  /// A probability.
  case probability
  /// A percentile.
  case percentile
  /// An angle.
  case degrees
  /// Natural logarithms of a likelihood ratio, a turn or an answer.
  case nats
  /// Turns of a conversation, not whole.
  case turns
  /// Standard deviations of the default's own answers.
  case defaultDeviations
  /// A ratio that is not negative.
  case ratio
  /// A number without a unit that may have either sign.
  case number

  /// The unit, as a table of columns shows it.
  public var unit: String {
    switch self {
    case .text: "text"
    case .word: "word"
    case .count, .index, .rank: "whole number"
    case .layer: "layer"
    case .position, .positionChange, .positionSpread: "axis position"
    case .projection, .length: "activation units"
    case .squaredLength: "activation units²"
    case .cosine, .absoluteCosine: "cosine"
    case .correlation: "correlation"
    case .share: "share"
    case .probability: "probability"
    case .percentile: "percent"
    case .degrees: "degrees"
    case .nats: "nats"
    case .turns: "turns"
    case .defaultDeviations: "sd of the default's answers"
    case .ratio, .number: "none"
    }
  }

  /// The values that are possible, as a table of columns shows them; empty of words.
  public var range: String {
    switch self {
    case .text, .word: ""
    case .count, .index: "0, 1, …"
    case .rank: "1, 2, …"
    case .layer: "−1, 0, 1, …"
    case .position: "any; mean role 0, default 1"
    case .positionChange, .projection, .nats, .defaultDeviations, .number: "any"
    case .positionSpread, .length, .squaredLength, .turns, .ratio: "≥ 0"
    case .cosine, .correlation: "−1 to 1"
    case .absoluteCosine, .share, .probability: "0 to 1"
    case .percentile: "0 to 100"
    case .degrees: "0 to 180"
    }
  }
}
