internal import Glibc
internal import LinearAlgebra

/// What a model of a turn's position predicts from.
public struct PredictionModel: Sendable {
  /// A baseline: what is known without any embedding.
  enum Baseline: Sendable, Hashable {
    /// The domain and condition.
    case condition
    /// The turn's index.
    case turn
    /// The turn's index by domain and condition.
    case turnByCondition
    /// The logarithm of the characters of the user's messages.
    case length
    /// The position of the turn before.
    case previous
  }

  /// Its name in tables.
  public let name: String
  /// The baselines it has.
  let baselines: [Baseline]
  /// Whether it has the embedding of what the user said.
  let hasEmbeddings: Bool
  /// Whether turns without a measured one before them take part.
  let takesFirstTurns: Bool
  /// Whether it has all baselines together and nothing else: what embeddings must add to.
  let isReference: Bool

  /// The targets that it has: a first turn has not changed.
  var targets: [PredictionTarget] { takesFirstTurns ? [.level] : [.level, .change] }

  /// The models for rows whose conditions differ, and whose lengths are known, or not.
  static func all(conditions: Bool, lengths: Bool) -> [PredictionModel] {
    var all: [Baseline] = conditions ? [.condition, .turn, .turnByCondition] : [.turn]
    if lengths { all.append(.length) }
    all.append(.previous)
    var models: [PredictionModel] = []
    func add(
      _ name: String, _ baselines: [Baseline], embeddings: Bool = false, first: Bool = false, reference: Bool = false
    ) {
      models.append(
        PredictionModel(
          name: name, baselines: baselines, hasEmbeddings: embeddings, takesFirstTurns: first, isReference: reference))
    }
    if conditions { add("condition", [.condition]) }
    add("turn", [.turn])
    if conditions { add("condition+turn", [.condition, .turn, .turnByCondition]) }
    if lengths { add("length", [.length]) }
    add("previous", [.previous])
    add("baselines", all, reference: true)
    add("embeddings", [], embeddings: true)
    add("embeddings+baselines", all, embeddings: true)
    add("embeddings, first turns too", [], embeddings: true, first: true)
    return models
  }

  /// The columns of the baselines for `turns`, a column for each of `conditions` where a baseline goes by them; shape
  /// (turns, c), without a constant.
  func columns(_ turns: [PredictedTurn], conditions: [String]) -> Matrix {
    let lists = turns.map { turn in
      baselines.flatMap { baseline -> [Double] in
        switch baseline {
        case .condition: conditions.map { $0 == turn.condition ? 1 : 0 }
        case .turn: [Double(turn.turn)]
        case .turnByCondition: conditions.map { $0 == turn.condition ? Double(turn.turn) : 0 }
        case .length: [log1p(Double(turn.length ?? 0))]
        case .previous: [turn.previous ?? 0]
        }
      }
    }
    return Matrix(lists, columns: lists.first?.count ?? 0)
  }
}
