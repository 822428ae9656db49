internal import LinearAlgebra
public import Statistics

/// How well positions of turns are predicted by each of several models, over conversations that are held out whole: ridge
/// regressions that can be fitted side by side and in any order, a model and a fold at a time.
///
///     let experiment = try PredictionExperiment(turns, folds: 5, replicates: 1000, seed: 0)
///     let models = try experiment.assessed(try experiment.fits.map(experiment.predictions))
public struct PredictionExperiment: Sendable {
  /// Why nothing can be predicted.
  public enum Obstacle: Error, Sendable, Equatable {
    /// Fewer conversations than `leastConversations` have two turns that follow one another.
    case tooFewConversations(Int)
    /// Every position is the same.
    case constantPositions
  }

  /// One model in one fold.
  public struct Fit: Sendable {
    let model, fold: Int
  }

  /// Fewer conversations leave nothing to learn from.
  public static let leastConversations = 5

  /// The messages that conversations have in common.
  public let shared: SharedMessages
  private let models: [PredictionModel]
  /// The turns that follow another, and all.
  private let following, all: FoldedTurns
  /// The domains and conditions, sorted.
  private let conditions: [String]
  private let replicates: Int
  private let seed: UInt64

  /// Of `turns`, in `folds` folds, or one for each conversation where these are fewer. Conversations that have a message in common
  /// are held out together, and count as one.
  ///
  /// - Parameter replicates: the bootstrap samples of conversations; 0 for no intervals.
  public init(_ turns: [PredictedTurn], folds: Int, replicates: Int, seed: UInt64) throws(Obstacle) {
    let following = turns.filter { $0.previous != nil }
    let conversations = Set(following.map(\.group)).count
    guard conversations >= Self.leastConversations else { throw .tooFewConversations(conversations) }
    guard let first = turns.first, turns.contains(where: { $0.position != first.position }) else {
      throw .constantPositions
    }
    conditions = Set(turns.map(\.condition)).sorted()
    models = PredictionModel.all(
      conditions: conditions.count > 1, lengths: turns.allSatisfy { $0.length != nil })
    shared = SharedMessages(turns)
    let units = shared.units
    self.following = FoldedTurns(
      following, units: turns.indices.filter { turns[$0].previous != nil }.map { units[$0] }, folds: folds, seed: seed)
    all = FoldedTurns(turns, units: units, folds: folds, seed: seed)
    (self.replicates, self.seed) = (replicates, seed)
  }

  /// The folds of turns that follow another.
  public var folds: Int { following.folds.heldOut.count }

  /// Every model in every fold.
  public var fits: [Fit] {
    models.indices.flatMap { model in
      turns(of: models[model]).folds.heldOut.indices.map { Fit(model: model, fold: $0) }
    }
  }

  private func turns(of model: PredictionModel) -> FoldedTurns { model.takesFirstTurns ? all : following }

  /// What the model of `fit` predicts of the turns held out in its fold, for each of its targets.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func predictions(of fit: Fit) throws -> [RidgeRegression.Prediction] {
    let model = models[fit.model]
    let own = turns(of: model)
    let (training, asked) = (own.folds.training(fit.fold), own.folds.heldOut[fit.fold])
    let columns = model.columns(own.turns, conditions: conditions)
    let features = model.hasEmbeddings ? own.embeddings : Matrix(rows: own.turns.count, columns: 0, elements: [])
    let ridge = try RidgeRegression(features: features, columns: columns, rows: training, groups: own.groups)
    return try model.targets.map { target in
      let values = own.turns.map(target.value)
      return try ridge.prediction(of: training.map { values[$0] }, for: asked, features: features, columns: columns)
    }
  }

  /// What a model predicted for its turns.
  private struct HeldOutPredictions {
    var values: [Double]
    var penalties: [Double] = []
  }

  /// The skill of each model, level first, from the predictions of all `fits` in their order.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func assessed(_ predictions: [[RidgeRegression.Prediction]]) throws -> [AssessedModel] {
    var joined = models.map { model in
      [HeldOutPredictions](
        repeating: HeldOutPredictions(values: [Double](repeating: 0, count: turns(of: model).turns.count)),
        count: model.targets.count)
    }
    for (fit, parts) in zip(fits, predictions) {
      let asked = turns(of: models[fit.model]).folds.heldOut[fit.fold]
      for (target, prediction) in parts.enumerated() {
        for (row, value) in zip(asked, prediction.values) { joined[fit.model][target].values[row] = value }
        joined[fit.model][target].penalties += [prediction.penalty].compactMap(\.self)
      }
    }
    return try PredictionTarget.allCases.flatMap { target in
      try assessed(
        target,
        zip(models, joined).map { model, own in model.targets.firstIndex(of: target).map { own[$0] } })
    }
  }

  private func assessed(
    _ target: PredictionTarget, _ predictions: [HeldOutPredictions?]
  ) throws -> [AssessedModel] {
    let weights = [following, all].map { $0.weights(replicates: replicates, seed: seed) }
    func skill(_ index: Int) throws -> PredictionSkill? {
      let own = turns(of: models[index])
      return try predictions[index].map {
        try PredictionSkill(
          predicted: $0.values, observed: own.turns.map(target.value), groups: own.groups,
          weights: weights[models[index].takesFirstTurns ? 1 : 0])
      }
    }
    let reference = try models.firstIndex(where: \.isReference).flatMap(skill)
    return try models.indices.compactMap { index in
      guard let own = try skill(index), let prediction = predictions[index] else { return nil }
      let (model, turns) = (models[index], turns(of: models[index]))
      let penalties = prediction.penalties.sorted()
      return AssessedModel(
        target: target, name: model.name, rows: turns.turns.count, conversations: turns.conversations, skill: own,
        gain: model.hasEmbeddings && !model.takesFirstTurns ? reference.map { own.gain(over: $0) } : nil,
        penalty: penalties.isEmpty ? nil : penalties[penalties.count / 2],
        isAtEnd: penalties.contains(where: RidgeRegression.isAtEnd))
    }
  }
}

/// One model for one target, and how well it predicted.
public struct AssessedModel: Sendable {
  /// What is predicted.
  public let target: PredictionTarget
  /// What it is predicted from.
  public let name: String
  /// The turns predicted, and the conversations they are of.
  public let rows, conversations: Int
  /// R² over held-out conversations.
  public let skill: PredictionSkill
  /// What it has over all baselines together; nil for baselines, and for other rows.
  public let gain: (gain: Double, interval: Interval?)?
  /// The median over the folds of the penalty, in mean eigenvalues; nil without embeddings.
  public let penalty: Double?
  /// Whether a fold chose the largest or the smallest penalty that was tried.
  public let isAtEnd: Bool
}
