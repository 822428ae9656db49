internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics
internal import TensorFiles

/// Role vectors freed of which questions a role's answers are to.
///
/// Where scores choose answers, each role has its own questions left, and means differ by question as well as by role. An answer is
/// taken for the effect of its role plus that of its question plus noise; both are found by least squares over all answers of all
/// roles and the default, each of the same weight. A role's vector is the mean of its answers less the mean effect of their questions;
/// effects are counted from their mean over the default's answers, so that the default stays as it is.
struct QuestionAdjustment: Sendable {
  /// The answers of the default, in the first row, and of each role, to each question.
  let layout: TwoWayLayout
  /// The roles, in the order of the rows behind the first.
  let roles: [String]
  /// The questions, in the order of the columns.
  let questions: [Int]
  /// The file with the vectors, `adjusted` (roles, layers, d), and the effects of questions, `effects` (layers, questions, d).
  let path: String

  /// Where the adjusted vector of a role is.
  func source(ofRole role: String) -> VectorSource? {
    roles.firstIndex(of: role).map { VectorSource(name: role, path: path, tensor: "adjusted", row: $0) }
  }

  /// The effects of the questions in the layer at `place` of those averaged; shape (questions, d).
  func effects(layer place: Int) throws -> Matrix {
    let file = try TensorFile(path: path)
    let entry = try file.tensor(named: "effects")
    let d = entry.shape[2]
    return Matrix(
      rows: questions.count, columns: d,
      elements: try file.read(entry, [place..<place + 1, 0..<questions.count, 0..<d]))
  }
}

/// Whether role vectors are freed of the questions, or why not.
public enum AdjustmentOutcome: Sendable, Equatable {
  /// They are: the roles have answers to different questions left, or to the same in different shares.
  case adjusted
  /// Every role has its answers spread over the questions as the default has.
  case sameQuestions
  /// It was not wanted.
  case notAsked
  /// There are no answers of the default.
  case noDefault
  /// A key names no question.
  case noQuestion
  /// The default has no answer to so many of the questions that roles have answers to.
  case unshared(Int)
}

extension ResponseMeans {
  /// Frees the means of the questions, where these differ by role and the default answered all of them.
  func adjusted(_ means: AveragedResponses) async throws -> AveragedResponses {
    var means = means
    guard options.adjustsQuestions, !options.filter.matchesQuestions, !options.imitatesBFloat16, !means.roles.isEmpty
    else {
      means.outcome = .notAsked
      return means
    }
    guard means.assistant != nil else {
      means.outcome = .noDefault
      return means
    }
    let kept = try await keptAnswers(means)
    let numbers = kept.map { $0.responses.map { ResponseKey($0.key)?.question } }
    guard numbers.allSatisfy({ $0.allSatisfy { $0 != nil } }) else {
      means.outcome = .noQuestion
      return means
    }
    let known = Set(numbers[0].compactMap(\.self))
    let unshared = Set(numbers.joined().compactMap(\.self)).subtracting(known).count
    guard unshared == 0 else {
      means.outcome = .unshared(unshared)
      return means
    }
    let questions = known.sorted()
    let place = Dictionary(uniqueKeysWithValues: questions.enumerated().map { ($1, $0) })
    var counts = Matrix(
      rows: kept.count, columns: questions.count,
      elements: [Double](repeating: 0, count: kept.count * questions.count))
    for (row, own) in numbers.enumerated() {
      for question in own { if let question, let column = place[question] { counts[row, column] += 1 } }
    }
    let layout = TwoWayLayout(counts: counts)
    guard !layout.isProportional else {
      means.outcome = .sameQuestions
      return means
    }
    means.adjustment = try await write(layout, kept, questions, means)
    means.outcome = .adjusted
    return means
  }

  /// The answers behind the default's mean, and behind each role's.
  private func keptAnswers(_ means: AveragedResponses) async throws -> [KeptAnswers] {
    let sources = try options.sources(path)
    let byRole = Dictionary(sources.all.map { ($0.role, $0) }) { first, _ in first }
    let wanted = [options.assistantName] + means.roles.map(\.role)
    return try await concurrentMap(wanted.compactMap { byRole[$0] }, threads: options.threads) { [options] source in
      try KeptAnswers(source, isAssistant: source == sources.assistant, means, options)
    }
  }

  /// Finds the effects layer by layer, the roles one after the other, and writes them and the vectors beside the parts.
  private func write(
    _ layout: TwoWayLayout, _ kept: [KeptAnswers], _ questions: [Int], _ means: AveragedResponses
  ) async throws -> QuestionAdjustment {
    let adjustment = QuestionAdjustment(
      layout: layout, roles: means.roles.map(\.role), questions: questions, path: means.parts.adjustedPath)
    let answers = try kept.map { try ClusteredResponses($0.responses, of: $0.file, QuestionClusters(each: questions)) }
    let (count, layers, d) = (means.roles.count, means.layers.count, means.hiddenSize)
    let file = try means.parts.adjustedFile()
    let writer = try SafetensorsWriter(
      file,
      tensors: [
        .init(name: "adjusted", elementType: .float64, shape: [count, layers, d]),
        .init(name: "effects", elementType: .float64, shape: [layers, questions.count, d]),
      ])
    let group = max(1, options.threads)
    for start in stride(from: 0, to: layers, by: group) {
      let places = Array(start..<min(start + group, layers))
      let found = try await concurrentMap(places, threads: options.threads) { place in
        try Self.effects(layout, answers, row: means.rows[place])
      }
      for (place, own) in zip(places, found) {
        try writer.write(own.effects.elements, to: "effects", at: place * questions.count * d)
        for role in 0..<count {
          try writer.write(own.vectors.row(role), to: "adjusted", at: (role * layers + place) * d)
        }
      }
    }
    writer.checkComplete()
    try file.commit(isFlushed: false)
    return adjustment
  }

  /// The effects of questions in a layer row of the files, and the vectors of the roles without them.
  private static func effects(
    _ layout: TwoWayLayout, _ answers: [ClusteredResponses], row: Int
  ) throws -> (effects: Matrix, vectors: Matrix) {
    var (sums, vectors) = (nil as Matrix?, [[Double]]())
    for (vector, own) in answers.enumerated() {
      let cells = try own.means(row..<row + 1)[0]
      let mean = cells.mean
      var differences = cells.means.subtractingFromRows(mean)
      for question in cells.counts.indices { differences.scaleRow(question, by: cells.counts[question]) }
      if var all = sums {
        for question in cells.counts.indices { all.addToRow(question, differences.row(question)) }
        sums = all
      } else {
        sums = differences
      }
      if vector > 0 { vectors.append(mean) }
    }
    guard let sums else { preconditionFailure("effects of no answers") }
    let effects = try layout.columnEffects(sums)
    for role in vectors.indices {
      vectors[role] = difference(vectors[role], try layout.share(ofRow: role + 1, in: effects))
    }
    return (effects, Matrix(vectors, columns: sums.columns))
  }
}
