internal import Dumps
public import Files
internal import LinearAlgebra
public import Statistics

/// How well the next turn's position is predicted from what the user said.
public struct PredictResult: Sendable {
  /// What is predicted.
  public enum Target: String, Sendable, Encodable, CaseIterable {
    /// The axis position of the turn.
    case level
    /// The same less that of the turn before.
    case change
  }

  /// One model for one target.
  public struct Model: Sendable {
    /// What is predicted.
    public let target: Target
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

  /// The models, level first.
  public let models: [Model]
  /// The layer.
  public let layer: Int
  /// The folds.
  public let folds: Int
  /// Every file that was read.
  let paths: [String]
}

/// Predicts the Assistant's next position from embeddings of the user's messages, and writes `prediction.csv`.
public struct PredictRun: Sendable {
  /// The files it writes.
  public static let outputs = ["prediction.csv"]
  /// Fewer conversations leave nothing to learn from.
  public static let leastConversations = 5

  let tracks: [TurnTable.Track]
  let table: String
  let path: String
  let options: PredictOptions
  let log: RunLog

  /// A prediction of the positions in the `turns.csv` at `table` from the embeddings at `path`.
  ///
  /// - Throws: `FileError` if the table cannot be read or is no such table.
  public init(turns table: String, embeddings path: String, options: PredictOptions, log: RunLog = .silent) throws {
    self.init(
      tracks: try TurnTable.tracks(readingFrom: table, of: [.assistant])[0], table: table, embeddings: path,
      options: options,
      log: log)
  }

  init(tracks: [TurnTable.Track], table: String, embeddings path: String, options: PredictOptions, log: RunLog) {
    (self.tracks, self.table, self.path, self.options, self.log) = (tracks, table, Paths.trimmed(path), options, log)
  }

  /// What one model predicted for its rows.
  private struct Fitted: Sendable {
    let values: [Double]
    let penalties: [Double]
  }

  private struct Task: Sendable {
    let model, fold: Int
  }

  /// The rows of a model, and how they are divided.
  private struct Split: Sendable {
    let rows: [PredictionRows.Row]
    let groups: [Int]
    let folds: GroupedFolds
    let embeddings: Matrix

    init(_ rows: [PredictionRows.Row], folds: Int, seed: UInt64) {
      let names = Set(rows.map(\.group)).sorted()
      let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
      let groups = rows.map { places[$0.group] ?? 0 }
      (self.rows, self.groups) = (rows, groups)
      self.folds = GroupedFolds(groups: groups, count: min(folds, names.count), seed: seed)
      embeddings = Matrix(rows.map(\.embedding), columns: rows.first?.embedding.count ?? 0)
    }

    var conversations: Int { (groups.max() ?? -1) + 1 }
  }

  /// Predicts and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input.
  public func run(into output: OutputFolder) async throws -> PredictResult {
    let data = try PredictionRows(tracks, table: table, path, options: options, log: log)
    let following = data.rows.filter { $0.previous != nil }
    let conversations = Set(following.map(\.group)).count
    guard conversations >= Self.leastConversations else {
      throw FileError(
        path: path, fault: PredictionFault.tooFew(conversations: conversations, needed: Self.leastConversations))
    }
    guard let first = data.rows.first, data.rows.contains(where: { $0.position != first.position }) else {
      throw FileError(path: table, fault: PredictionFault.constant)
    }
    let conditions = Set(data.rows.map(\.condition)).sorted()
    let models = PredictionModel.all(
      conditions: conditions.count > 1, lengths: data.rows.allSatisfy { $0.length != nil })
    let splits = [following, data.rows].map { Split($0, folds: options.folds, seed: options.seed) }
    let fitted = try await fit(models, splits, conditions)
    var results: [PredictResult.Model] = []
    for target in PredictResult.Target.allCases {
      results += try assess(target, models, splits, fitted.map { $0[target] })
    }
    let result = PredictResult(
      models: results, layer: data.layer, folds: splits[0].folds.heldOut.count,
      paths: data.sources.map(\.path) + data.transcripts)
    let ends = result.models.filter(\.isAtEnd).map { "\($0.name) (\($0.target.rawValue))" }
    if !ends.isEmpty {
      log.note(
        "the largest or smallest penalty tried was best in a fold of \(listed(ends)): embeddings say little, or all, there"
      )
    }
    try output.write(PredictionTable.table(result), to: Self.outputs[0])
    return result
  }

  /// What each model predicts of each target.
  private func fit(
    _ models: [PredictionModel], _ splits: [Split], _ conditions: [String]
  ) async throws -> [[PredictResult.Target: Fitted]] {
    func split(_ model: PredictionModel) -> Split { splits[model.takesFirstTurns ? 1 : 0] }
    let tasks = models.indices.flatMap { model in
      split(models[model]).folds.heldOut.indices.map { Task(model: model, fold: $0) }
    }
    let done = Counter()
    let parts = try await concurrentMap(tasks, threads: options.threads) { [log] task in
      let model = models[task.model]
      let own = splits[model.takesFirstTurns ? 1 : 0]
      let (training, asked) = (own.folds.training(task.fold), own.folds.heldOut[task.fold])
      let columns = model.columns(own.rows, conditions: conditions)
      let features =
        model.hasEmbeddings ? own.embeddings : Matrix(rows: own.rows.count, columns: 0, elements: [])
      return try located(self.path) {
        let ridge = try RidgeRegression(features: features, columns: columns, rows: training, groups: own.groups)
        let predictions = try Self.targets(model).map { target in
          let values = Self.values(target, own.rows)
          return try ridge.prediction(
            of: training.map { values[$0] }, for: asked, features: features, columns: columns)
        }
        log.progress("predict", done.next(), tasks.count)
        return predictions
      }
    }
    var fitted = models.map { model in
      Dictionary(
        uniqueKeysWithValues: Self.targets(model).map {
          ($0, Fitted(values: [Double](repeating: 0, count: split(model).rows.count), penalties: []))
        })
    }
    for (task, part) in zip(tasks, parts) {
      let asked = split(models[task.model]).folds.heldOut[task.fold]
      for (target, prediction) in zip(Self.targets(models[task.model]), part) {
        guard let old = fitted[task.model][target] else { continue }
        var values = old.values
        for (row, value) in zip(asked, prediction.values) { values[row] = value }
        fitted[task.model][target] = Fitted(
          values: values, penalties: old.penalties + [prediction.penalty].compactMap(\.self))
      }
    }
    return fitted
  }

  /// The targets that a model has: a first turn has not changed.
  private static func targets(_ model: PredictionModel) -> [PredictResult.Target] {
    model.takesFirstTurns ? [.level] : [.level, .change]
  }

  private static func values(_ target: PredictResult.Target, _ rows: [PredictionRows.Row]) -> [Double] {
    switch target {
    case .level: rows.map(\.position)
    case .change: rows.map { $0.position - ($0.previous ?? 0) }
    }
  }

  private func assess(
    _ target: PredictResult.Target, _ models: [PredictionModel], _ splits: [Split], _ fitted: [Fitted?]
  ) throws -> [PredictResult.Model] {
    let weights = splits.map { split -> Matrix? in
      guard options.replicates > 0 else { return nil }
      let samples = Resamples(
        of: split.conversations, count: options.replicates, seed: options.seed, purpose: .conversations)
      return Matrix((0..<options.replicates).map { samples.counts($0) }, columns: split.conversations)
    }
    func skill(_ index: Int) throws -> PredictionSkill? {
      let which = models[index].takesFirstTurns ? 1 : 0
      let split = splits[which]
      return try fitted[index].map {
        try PredictionSkill(
          predicted: $0.values, observed: Self.values(target, split.rows), groups: split.groups,
          weights: weights[which])
      }
    }
    let baselines = try models.firstIndex { $0.name == "baselines" }.flatMap(skill)
    return try models.indices.compactMap { index in
      guard let own = try skill(index), let fit = fitted[index] else { return nil }
      let (model, split) = (models[index], splits[models[index].takesFirstTurns ? 1 : 0])
      let penalties = fit.penalties.sorted()
      return PredictResult.Model(
        target: target, name: model.name, rows: split.rows.count, conversations: split.conversations, skill: own,
        gain: model.hasEmbeddings && !model.takesFirstTurns ? baselines.map { own.gain(over: $0) } : nil,
        penalty: penalties.isEmpty ? nil : penalties[penalties.count / 2],
        isAtEnd: penalties.contains(where: RidgeRegression.isAtEnd))
    }
  }
}
