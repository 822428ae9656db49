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

extension QuestionAdjustment {
  /// Finds the effects layer by layer, and writes them and the vectors beside the parts.
  ///
  /// - Parameters:
  ///   - layout: the answers of the default and of each of `roles` to each of `questions`.
  ///   - layers: how many layers there are.
  ///   - group: the layers that are asked for at a time.
  ///   - sums: gives what is summed in the layers at these places.
  static func write(
    _ layout: TwoWayLayout, of roles: [String], to questions: [Int], layers: Int, hiddenSize d: Int,
    in parts: PartsFolder, group: Int, _ sums: (Range<Int>) async throws -> [QuestionSums]
  ) async throws -> QuestionAdjustment {
    let adjustment = QuestionAdjustment(layout: layout, roles: roles, questions: questions, path: parts.adjustedPath)
    let file = try parts.adjustedFile()
    let writer = try SafetensorsWriter(
      file,
      tensors: [
        .init(name: "adjusted", elementType: .float64, shape: [roles.count, layers, d]),
        .init(name: "effects", elementType: .float64, shape: [layers, questions.count, d]),
      ])
    for start in stride(from: 0, to: layers, by: group) {
      let places = start..<min(start + group, layers)
      let found = try await concurrentMap(try await sums(places), threads: group) { own in
        try Self.effects(layout, own, hiddenSize: d)
      }
      for (place, own) in zip(places, found) {
        try writer.write(own.effects.elements, to: "effects", at: place * questions.count * d)
        for role in roles.indices {
          try writer.write(own.vectors.row(role), to: "adjusted", at: (role * layers + place) * d)
        }
      }
    }
    writer.checkComplete()
    try file.commit(isFlushed: false)
    return adjustment
  }

  /// The effects of questions in a layer, and the vectors of the roles without them.
  private static func effects(
    _ layout: TwoWayLayout, _ sums: QuestionSums, hiddenSize d: Int
  ) throws -> (effects: Matrix, vectors: Matrix) {
    guard let root = sums.tree.root else { preconditionFailure("the answers of every role are summed") }
    let effects = try layout.columnEffects(Matrix(rows: layout.counts.columns, columns: d, elements: root.sums))
    // The first is the default, which stays as it is.
    let vectors = try sums.means.indices.dropFirst().map { row in
      difference(sums.means[row], try layout.share(ofRow: row, in: effects))
    }
    return (effects, Matrix(vectors, columns: d))
  }
}

extension AveragedResponses {
  /// With the means freed of the questions, where `layout` says so.
  ///
  /// - Parameter sums: gives what is summed in the layers at these places.
  func adjusted(
    by layout: QuestionLayout, threads: Int, _ sums: (Range<Int>) async throws -> [QuestionSums]
  ) async throws -> AveragedResponses {
    var means = self
    means.outcome = layout.outcome
    if let table = layout.table {
      means.adjustment = try await QuestionAdjustment.write(
        table, of: roles.map(\.role), to: layout.questions, layers: layers.count, hiddenSize: hiddenSize, in: parts,
        group: max(1, threads), sums)
    }
    return means
  }
}

extension ResponseMeans {
  /// Frees the means of the questions, where these differ by role and the default answered all of them.
  func adjusted(_ means: AveragedResponses, _ request: Request) async throws -> AveragedResponses {
    let kept = try await keptAnswers(means, request)
    let layout = QuestionLayout(means, kept.map(\.tally), options)
    let answers = try layout.table.map { _ in
      try QuestionAnswers(kept, layout.questions, in: 0..<request.sources.all.count, means, request, options)
    }
    return try await means.adjusted(by: layout, threads: options.threads) { try await answers?.sums($0) ?? [] }
  }
}
