internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// The axis of one half of the questions.
struct HeldOutAxis: Sendable {
  /// The axis over its squared length; shape (d).
  private let direction: [Double]

  /// Of the half means of the default and of the roles, nil for one without answers; nil where there is none.
  init?(assistant: [Double]?, roles: [[Double]?]) {
    let known = roles.compactMap(\.self)
    guard let assistant, !known.isEmpty else { return nil }
    let axis = difference(assistant, Matrix(known, columns: assistant.count).columnMeans())
    let square = dotProduct(axis, axis)
    guard square > 0 else { return nil }
    direction = axis.map { $0 / square }
  }

  /// The positions of the rows of `answers` from an origin that all have in common; shape (n).
  func positions(_ answers: Matrix) throws -> [Double] { try answers.times(direction) }
}

/// The answers by which layers are compared.
struct AgreementAnswers {
  let assistant: Vector
  let roles: [Vector]

  /// Those of a role, or of the default.
  struct Vector {
    let source: ResponseSources.Source
    let ordered: OrderedResponses
    /// The places in `ordered` of those that are read.
    let places: [Int]
    let questions: [Int]
    let isSecond: [Bool]

    /// The means of either half in each row of what was read, nil of a half without answers, and its digests.
    func halfMeans(_ read: AnswerMatrices) -> (means: [[[Double]?]], digests: [String]) {
      let means = read.layers.map { matrix in
        [false, true].map { half -> [Double]? in
          let own = isSecond.indices.filter { isSecond[$0] == half }
          return own.isEmpty ? nil : matrix.selectingRows(own).columnMeans()
        }
      }
      return (means, [read.described] + read.digests)
    }

    /// The positions in each row of what was read, each along the axis of the other half; `axes` are those of both halves.
    func answers(_ read: AnswerMatrices, along axes: [[HeldOutAxis?]]) throws -> [AnswerAgreement.Answers] {
      let scores = places.map { ordered.scores[$0] }
      return try zip(read.layers, axes).map { matrix, axes in
        let along = try axes.map { try $0?.positions(matrix) ?? [Double](repeating: .nan, count: matrix.rows) }
        return AnswerAgreement.Answers(
          positions: isSecond.indices.map { along[isSecond[$0] ? 0 : 1][$0] }, questions: questions,
          isSecond: isSecond, scores: scores)
      }
    }

    /// Reads the answers in `rows`.
    func matrices(_ rows: Range<Int>, _ numbers: [Int], _ factors: [[Double]?]) throws -> AnswerMatrices {
      try AnswerMatrices(ordered, places.map { ordered.responses[$0] }, rows: rows, numbers: numbers, factors: factors)
    }
  }

  /// The answers that were read, by the `digests` of each vector.
  func inputs(_ digests: [[String]], relativeTo root: String) throws -> [InputDigest] {
    try zip([assistant] + roles, digests).map { vector, texts in
      let digest = ContentDigest()
      digest.update(texts.joined(separator: "\n"))
      return try InputDigest(ofResponses: vector.source, relativeTo: root, xxh3: digest.text)
    }
  }
}

extension AgreementAnswers {
  /// At most `most` answers of each role of `plan`; nil where the default or too few roles have answers to two questions.
  ///
  /// - Parameter skipsNonFinite: whether answers with a value that is not finite are left out, which takes reading them.
  init?(_ run: FitRun, _ plan: FitPlan, most: Int, skipsNonFinite: Bool) async throws {
    var settings = run.responseOptions
    // Answers of all scores are compared, whichever the vectors are made of.
    settings.filter.scores = settings.filter.scores ?? (settings.filter.scoresFolder == nil ? [3] : nil)
    let sources = try settings.sources(run.path)
    guard let assistant = sources.assistant else { return nil }
    let wanted = Set(plan.names)
    let all = [assistant] + sources.roles.filter { wanted.contains($0.role) }
    let (slot, seed, hiddenSize) = (settings.slot, run.options.seed, plan.vectors.hiddenSize)
    let last = plan.rows.max() ?? 0
    let found = try await concurrentMap(all, threads: run.options.threads) { source -> Vector? in
      let ordered = try OrderedResponses(source, slot: slot, shape: nil, reference: source.path)
      guard let keys = ordered.keys, ordered.file.hiddenSize == hiddenSize, ordered.file.rows > last else { return nil }
      let count = source == assistant ? 4 * most : most
      let drawn = AgreementAnswers.spread(Array(ordered.responses.indices), most: count)
      let bad = skipsNonFinite ? Set(try ordered.nonFinite(rows: plan.rows, at: drawn)) : []
      let places = drawn.filter { !bad.contains(ordered.responses[$0].key) }
      let half = ResponseHalf(.questions, isSecond: true, seed: seed)
      return Vector(
        source: source, ordered: ordered, places: places, questions: places.map { keys[$0].question },
        isSecond: places.map { half.contains(keys[$0]) })
    }
    let roles = found.dropFirst().compactMap(\.self)
    guard let own = found[0], Set(own.isSecond).count == 2, roles.count >= AnswerAgreement.leastRoles else {
      return nil
    }
    (self.assistant, self.roles) = (own, roles)
  }

  /// `most` of `places`, evenly spread.
  private static func spread(_ places: [Int], most: Int) -> [Int] {
    places.count <= most ? places : (0..<most).map { places[$0 * places.count / most] }
  }
}
