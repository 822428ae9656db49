internal import Dumps
public import Files
public import PersonaSpace

/// How well the next turn's position is predicted from what the user said.
public struct PredictResult: Sendable {
  /// The models, level first.
  public let models: [AssessedModel]
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

  /// Predicts and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input.
  public func run(into output: OutputFolder) async throws -> PredictResult {
    let data = try PredictionRows(tracks, table: table, path, options: options, log: log)
    let experiment = try experiment(data.rows)
    if let note = Self.note(experiment.shared) { log.note(note) }
    if let most = experiment.mostLeftOut {
      log.note("penalties are chosen by leaving out conversations with \(most) turns, not all: it would take too long")
    }
    let (fits, done) = (experiment.fits, Counter())
    let products = try await concurrentMap(experiment.parts, threads: options.threads) { [path] part in
      try located(path) { try experiment.products(of: part) }
    }
    let predictions = try await concurrentMap(fits, threads: options.threads) { [path, log] fit in
      let found = try located(path) { try experiment.predictions(of: fit, products: products) }
      log.progress("predict", done.next(), fits.count)
      return found
    }
    let result = PredictResult(
      models: try experiment.assessed(predictions), layer: data.layer, folds: experiment.folds,
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

  /// What is said of messages that conversations have in common; nil if there are none.
  private static func note(_ shared: SharedMessages) -> String? {
    guard shared.messages > 0 else { return nil }
    let count =
      "\(counted(shared.messages, "message")) of the user, told by embedding, \(shared.messages == 1 ? "occurs" : "occur") in more than one conversation"
    return shared.hangTogether
      ? "\(count), and all conversations hang together through them: each is held out by itself, and what was learned of a "
        + "message in one can pass for a prediction in another"
      : "\(count): the \(shared.conversations) conversations that have them are held out with those they share them with "
        + "(\(shared.groups) groups in all)"
  }

  private func experiment(_ turns: [PredictedTurn]) throws -> PredictionExperiment {
    do {
      return try PredictionExperiment(
        turns, folds: options.folds, replicates: options.replicates, seed: options.seed)
    } catch .tooFewConversations(let count) {
      throw FileError(
        path: path,
        fault: PredictionFault.tooFew(conversations: count, needed: PredictionExperiment.leastConversations))
    } catch .constantPositions {
      throw FileError(path: table, fault: PredictionFault.constant)
    }
  }
}
