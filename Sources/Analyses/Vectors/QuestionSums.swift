internal import Dumps
internal import LinearAlgebra
internal import PersonaSpace

/// What the answers of roles say of the effects of questions in one layer.
///
/// Sums over roles are added up in the order of a tree over all of them, so that they have the same bits whoever summed which roles.
struct QuestionSums: Sendable {
  /// Σ over roles of n (mean of the answers to a question − mean of the role), with n the answers; shape (questions, d), a shard a role.
  var tree: ReductionTree
  /// The means of the roles that have a vector, in their order: of as many answers to each question as there are.
  var means: [[Double]]

  /// Of the roles at the places `range` of `count`, in the row `row` of their files.
  ///
  /// - Parameter answers: those of the roles among them that have a vector, with their places.
  /// - Throws: `FileError` if a file cannot be read.
  init(
    _ answers: [(place: Int, answers: ClusteredResponses)], in range: Range<Int>, of count: Int, row: Int,
    questions: Int,
    hiddenSize d: Int
  ) throws {
    (tree, means) = (ReductionTree(shards: count), [])
    var left = answers[...]
    for place in range {
      guard let own = left.first, own.place == place else {
        tree.insert(.zero(columns: questions * d, products: []), shard: place)
        continue
      }
      left = left.dropFirst()
      let cells = try own.answers.means(row..<row + 1)[0]
      let mean = cells.mean
      var differences = cells.means.subtractingFromRows(mean)
      for question in cells.counts.indices { differences.scaleRow(question, by: cells.counts[question]) }
      tree.insert(
        ShardSums(rows: 1, skipped: 0, sums: differences.elements, squares: 0, products: []), shard: place)
      means.append(mean)
    }
  }

  /// Those that are known.
  init(tree: ReductionTree, means: [[Double]]) { (self.tree, self.means) = (tree, means) }
}

/// The kept answers of a role, and its place among all sources, of which the default's is the first.
struct PlacedAnswers: Sendable {
  let place: Int
  let kept: KeptAnswers
  /// How many of them are to each question.
  var tally: QuestionTally { kept.tally }
}

/// The answers of some roles by question, of which sums are taken layer by layer.
struct QuestionAnswers: Sendable {
  private let answers: [(place: Int, answers: ClusteredResponses)]
  /// The places of the roles, and how many there are in all.
  private let range: Range<Int>
  private let count: Int
  private let questions, threads: Int
  private let shape: AveragedResponses.Shape

  /// Those of `kept` at the places `range`, to `questions`.
  ///
  /// - Throws: `FileError` if a zip archive contradicts itself.
  init(
    _ kept: [PlacedAnswers], _ questions: [Int], in range: Range<Int>, _ means: AveragedResponses,
    _ request: ResponseMeans.Request, _ options: VectorsOptions
  ) throws {
    let clusters = QuestionClusters(each: questions)
    answers = try kept.filter { range.contains($0.place) }.map {
      (place: $0.place, answers: try ClusteredResponses($0.kept.responses, of: $0.kept.file, clusters))
    }
    (self.range, count, self.questions) = (range, request.sources.all.count, questions.count)
    (threads, shape) = (options.threads, means.shape)
  }

  /// What they say in the layers at `places` of those averaged.
  func sums(_ places: Range<Int>) async throws -> [QuestionSums] {
    try await concurrentMap(Array(places), threads: threads) { place in
      try QuestionSums(
        answers, in: range, of: count, row: shape.rows[place], questions: questions, hiddenSize: shape.hiddenSize)
    }
  }
}

extension ResponseMeans {
  /// The answers behind the default's mean, and behind each role's.
  ///
  /// - Parameter range: the places of the roles that are wanted; nil for all.
  func keptAnswers(
    _ means: AveragedResponses, in range: Range<Int>? = nil, _ request: Request
  ) async throws -> [PlacedAnswers] {
    guard options.findsQuestionEffects else { return [] }
    let used = Set(means.used.map(\.role))
    let wanted = request.sources.all.enumerated().filter {
      used.contains($0.element.role) && range?.contains($0.offset) ?? true
    }
    return try await concurrentMap(Array(wanted), threads: options.threads) { [options] place, source in
      let isAssistant = source == request.sources.assistant
      return PlacedAnswers(place: place, kept: try KeptAnswers(source, isAssistant: isAssistant, means, options))
    }
  }
}
