internal import Glibc
internal import LinearAlgebra

/// What a model predicts from.
struct PredictionModel: Sendable {
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

  let name: String
  let baselines: [Baseline]
  let hasEmbeddings: Bool
  /// Whether turns without a measured one before them take part.
  let takesFirstTurns: Bool

  /// The models for rows whose conditions differ, and whose lengths are known, or not.
  static func all(conditions: Bool, lengths: Bool) -> [PredictionModel] {
    var all: [Baseline] = conditions ? [.condition, .turn, .turnByCondition] : [.turn]
    if lengths { all.append(.length) }
    all.append(.previous)
    var models: [PredictionModel] = []
    func add(_ name: String, _ baselines: [Baseline], embeddings: Bool = false, first: Bool = false) {
      models.append(
        PredictionModel(name: name, baselines: baselines, hasEmbeddings: embeddings, takesFirstTurns: first))
    }
    if conditions { add("condition", [.condition]) }
    add("turn", [.turn])
    if conditions { add("condition+turn", [.condition, .turn, .turnByCondition]) }
    if lengths { add("length", [.length]) }
    add("previous", [.previous])
    add("baselines", all)
    add("embeddings", [], embeddings: true)
    add("embeddings+baselines", all, embeddings: true)
    add("embeddings, first turns too", [], embeddings: true, first: true)
    return models
  }

  /// The columns of the baselines for `rows`.
  func columns(_ rows: [PredictionRows.Row], conditions: [String]) -> Matrix {
    let lists = rows.map { row in
      baselines.flatMap { baseline -> [Double] in
        switch baseline {
        case .condition: conditions.map { $0 == row.condition ? 1 : 0 }
        case .turn: [Double(row.turn)]
        case .turnByCondition: conditions.map { $0 == row.condition ? Double(row.turn) : 0 }
        case .length: [log1p(Double(row.length ?? 0))]
        case .previous: [row.previous ?? 0]
        }
      }
    }
    return Matrix(lists, columns: lists.first?.count ?? 0)
  }
}
