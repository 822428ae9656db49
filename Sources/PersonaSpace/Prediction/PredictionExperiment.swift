internal import LinearAlgebra
public import Statistics

/// How well positions of turns are predicted by each of several models, over conversations that are held out whole: ridge
/// regressions that can be fitted side by side and in any order, a fold at a time.
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

  /// The models that have one set of turns and of features in common, in one fold.
  public struct Fit: Sendable {
    let models: [Int]
    let takesFirstTurns: Bool
    let fold: Int
  }

  /// A fold of turns whose embeddings are summed up once for all fits that learn from it.
  public struct Part: Sendable {
    let takesFirstTurns: Bool
    let fold: Int
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
  /// A point among the embeddings, about which their products are summed; nil where no sums are of use.
  private let origin: [Double]?
  /// Whether the sums of all turns are those of turns that follow another and of first turns.
  private let sharesFolds: Bool

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
    origin = all.hasProducts ? all.origin : nil
    sharesFolds = self.following.hasProducts && self.following.holdsOut(as: all)
  }

  /// The folds of turns that follow another.
  public var folds: Int { following.folds.heldOut.count }

  /// The most rows that are left out in turn to choose a penalty, where not all that a fold learns from are; nil if all are.
  public var mostLeftOut: Int? {
    let learned = all.turns.count - (all.folds.heldOut.map(\.count).max() ?? 0)
    let most = RidgeRegression.mostLeftOut(order: min(learned, all.embeddings.columns))
    return learned > most ? most : nil
  }

  /// Every model in every fold, those with embeddings first.
  public var fits: [Fit] {
    [(true, false), (true, true), (false, false)].flatMap { embeddings, first in
      let own = models.indices.filter {
        models[$0].hasEmbeddings == embeddings && models[$0].takesFirstTurns == first
      }
      return turns(first).folds.heldOut.indices.map { Fit(models: own, takesFirstTurns: first, fold: $0) }
    }
  }

  /// What `products` are wanted of: each fold of turns that follow another, and each of all turns, or where conversations are divided
  /// in one way the first turns of each.
  public var parts: [Part] {
    [false, true].flatMap { first in
      turns(first).hasProducts
        ? turns(first).folds.heldOut.indices.map { Part(takesFirstTurns: first, fold: $0) } : []
    }
  }

  private func turns(_ takesFirstTurns: Bool) -> FoldedTurns { takesFirstTurns ? all : following }

  private func turns(of model: PredictionModel) -> FoldedTurns { turns(model.takesFirstTurns) }

  /// The sums of products of the embeddings of `part`.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func products(of part: Part) throws -> CrossProducts? {
    try origin.map {
      try turns(part.takesFirstTurns).products(
        part.fold, ofFirstTurns: part.takesFirstTurns && sharesFolds, origin: $0)
    }
  }

  /// What the models of `fit` predict of the turns held out in its fold: of each model, for each of its targets.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func predictions(of fit: Fit) throws -> [[RidgeRegression.Prediction]] {
    try predictions(of: fit, products: parts.map(products))
  }

  /// The same where the `products` of all `parts` are known.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func predictions(of fit: Fit, products: [CrossProducts?]) throws -> [[RidgeRegression.Prediction]] {
    let own = turns(fit.takesFirstTurns)
    let (training, asked) = (own.folds.training(fit.fold), own.folds.heldOut[fit.fold])
    let hasEmbeddings = fit.models.contains { models[$0].hasEmbeddings }
    let features = hasEmbeddings ? own.embeddings : FeatureRows.none(own.turns.count)
    let others = zip(parts, products).compactMap { part, products in
      let isOfFit = part.takesFirstTurns == fit.takesFirstTurns || fit.takesFirstTurns && sharesFolds
      return isOfFit && part.fold != fit.fold ? products : nil
    }
    let shared =
      features.columns > 0
      ? try SharedRidge(
        features, rows: training, groups: own.groups, parts: others.isEmpty ? nil : others, seed: seed) : nil
    return try fit.models.map { index in
      let columns = models[index].columns(own.turns, conditions: conditions)
      let ridge = try RidgeRegression(
        features: features, columns: columns, rows: training, groups: own.groups, shared: shared, seed: seed)
      let targets = models[index].targets.map { target in training.map { target.value(of: own.turns[$0]) } }
      return try ridge.predictions(of: targets, for: asked, columns: columns)
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
  public func assessed(_ predictions: [[[RidgeRegression.Prediction]]]) throws -> [AssessedModel] {
    var joined = models.map { model in
      [HeldOutPredictions](
        repeating: HeldOutPredictions(values: [Double](repeating: 0, count: turns(of: model).turns.count)),
        count: model.targets.count)
    }
    for (fit, parts) in zip(fits, predictions) {
      let asked = turns(fit.takesFirstTurns).folds.heldOut[fit.fold]
      for (model, targets) in zip(fit.models, parts) {
        for (target, prediction) in targets.enumerated() {
          for (row, value) in zip(asked, prediction.values) { joined[model][target].values[row] = value }
          joined[model][target].penalties += [prediction.penalty].compactMap(\.self)
        }
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

  /// Whether a gain is told that is one over baselines that predict worse than the mean, and the skill is not: what does as well as the
  /// mean gains on them.
  public var gainsOnPoorBaselines: Bool {
    guard let gain, let interval = gain.interval, interval.low > 0, skill.r2 - gain.gain < 0 else { return false }
    return !(skill.interval.map { $0.low > 0 } ?? false)
  }
}
