internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// The answers that role vectors are the means of, by the question that they answer.
struct MeasuredResponses: Sendable {
  /// Those of each role, in the order of the fit.
  let roles: [ClusteredResponses]
  /// Those of the default; nil where it is a vector by itself.
  let assistant: ClusteredResponses?
  let clusters: QuestionClusters
  /// The row in the files of each row of the averages.
  let fileRows: [Int]
  let hiddenSize: Int
  /// What was taken off the means for the questions; nil where they are as they are.
  let adjustment: Adjustment?

  /// The effects of questions that vectors were freed of.
  struct Adjustment: Sendable {
    let effects: QuestionAdjustment
    /// How far vectors move as their means do, the default last.
    let coupling: Matrix
    /// Of each role, the default last, and each cluster: the share of its answers that each question has; shape (G, questions).
    private let shares: [Matrix]

    /// Of the `answers` of the roles `names`, the default's last.
    init(_ effects: QuestionAdjustment, _ answers: [ClusteredResponses], _ names: [String]) throws {
      self.effects = effects
      let rows = names.compactMap { effects.roles.firstIndex(of: $0) }.map { $0 + 1 } + [0]
      // The first row of a layout is the default, which comes last among errors.
      let order = [rows.count - 1] + (0..<rows.count - 1)
      let layout = TwoWayLayout(counts: effects.layout.counts.selectingRows(order.map { rows[$0] }))
      let found = try layout.coupling()
      let back = Array(1..<rows.count) + [0]
      coupling = found.selectingRows(back).selectingColumns(back)
      shares = answers.map { own in
        Matrix(
          own.clusters.map { cluster in
            let counts = own.questions(ofCluster: cluster)
            let total = Double(max(1, counts.values.reduce(0, +)))
            return effects.questions.map { Double(counts[$0] ?? 0) / total }
          }, columns: effects.questions.count)
      }
    }

    /// The answers of `vector`, the default's last, without what is due to the questions, `effects` in their layer.
    func freed(_ answers: QuestionErrors.Answers, of vector: Int, _ effects: Matrix) throws -> QuestionErrors.Answers {
      answers.subtracting(try shares[vector].times(effects))
    }
  }

  /// The bytes of the means of clusters that are held at a time; at least one layer of them is.
  private static let bytes = 128 << 20

  /// The layers, by their place, that are measured at a time: as many rows of the files that follow each other as there is memory for.
  func groups(of rows: [Int]) -> [Range<Int>] {
    let each = (roles.count + 1) * clusters.count * hiddenSize * MemoryLayout<Double>.size
    let most = max(1, Self.bytes / max(each, 1))
    var groups: [Range<Int>] = []
    for place in rows.indices {
      if let last = groups.last, last.count < most, fileRows[rows[place]] == fileRows[rows[place - 1]] + 1 {
        groups[groups.count - 1] = last.lowerBound..<place + 1
      } else {
        groups.append(place..<place + 1)
      }
    }
    return groups
  }
}

/// Why the error with which roles are measured is not known.
public enum UnknownErrors: Sendable, Equatable {
  /// There are vectors, and no answers behind them are read.
  case vectorsAlone
  /// A key names no question.
  case noQuestion(key: String)
  /// There are answers to so few questions.
  case fewQuestions(Int)
}

extension FitRun {
  /// The answers behind the means that are fitted, or why nothing is known of the error of these.
  func measured(
    _ averaged: Averaged?, roles names: [String]
  ) async throws -> (responses: MeasuredResponses?, unknown: UnknownErrors?) {
    guard options.replicates > 0, !options.componentsOnly else { return (nil, nil) }
    guard let means = averaged?.means else { return (nil, .vectorsAlone) }
    let sources = try responseOptions.sources(path)
    let byRole = Dictionary(sources.roles.map { ($0.role, $0) }) { first, _ in first }
    let assistant = means.assistant == nil ? nil : sources.assistant
    let kept = try await concurrentMap(
      names.compactMap { byRole[$0] } + [assistant].compactMap(\.self), threads: options.threads
    ) { [responseOptions] source in
      try KeptAnswers(source, isAssistant: source == assistant, means, responseOptions)
    }
    var questions: Set<Int> = []
    for response in kept.flatMap(\.responses) {
      guard let key = ResponseKey(response.key) else { return (nil, .noQuestion(key: response.key)) }
      questions.insert(key.question)
    }
    guard let clusters = QuestionClusters(questions, seed: options.seed) else {
      return (nil, .fewQuestions(questions.count))
    }
    let answers = try kept.map { try ClusteredResponses($0.responses, of: $0.file, clusters) }
    let responses = MeasuredResponses(
      roles: Array(answers.prefix(names.count)), assistant: assistant == nil ? nil : answers.last, clusters: clusters,
      fileRows: means.rows, hiddenSize: means.hiddenSize,
      adjustment: try means.adjustment.map { try .init($0, answers, names) })
    return (responses, nil)
  }
}
