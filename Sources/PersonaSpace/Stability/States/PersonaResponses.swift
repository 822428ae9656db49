public import LinearAlgebra

/// The responses of one persona, or of the default, in one layer, with what each answers.
public struct PersonaResponses: Sendable {
  /// The activations, a row each; shape (n, d).
  public let activations: Matrix
  /// The question of each; the same number means the same question for a persona and for the default.
  public let questions: [Int]
  /// The prompt of each, by numbers of this persona's own; nil where prompts are not known.
  public let prompts: [Int]?

  /// `activations`, finite and of shape (n, d), with lists of n. Responses of one prompt to one question are runs.
  public init(_ activations: Matrix, questions: [Int], prompts: [Int]? = nil) {
    precondition(questions.count == activations.rows, "questions and responses differ in number")
    precondition(prompts.map { $0.count == activations.rows } ?? true, "prompts and responses differ in number")
    (self.activations, self.questions, self.prompts) = (activations, questions, prompts)
  }

  /// The number of responses.
  public var count: Int { activations.rows }

  /// The number of prompts; 1 where prompts are not known.
  public var promptCount: Int { prompts.map { Set($0).count } ?? 1 }

  /// The same answers in coordinates of the space that they span about their mean, where these are fewer than dimensions: distances and
  /// inner products of differences stay, and what is done many times over takes less.
  ///
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(n² · d).
  func inOwnSpan() throws -> PersonaResponses {
    guard 2 * count < activations.columns else { return self }
    let centred = activations.subtractingFromRows(activations.columnMeans())
    let system = try SymmetricEigensystem(of: try centred.gramOfRows())
    let lengths = system.values.map { max($0, 0).squareRoot() }
    let coordinates = system.vectors.transposed().scalingColumns(by: lengths)
    return PersonaResponses(coordinates, questions: questions, prompts: prompts)
  }

  /// Those at `indices`, in that order.
  package func selecting(_ indices: [Int]) -> PersonaResponses {
    if indices == Array(0..<count) { return self }
    return PersonaResponses(
      activations.selectingRows(indices), questions: indices.map { questions[$0] },
      prompts: prompts.map { own in indices.map { own[$0] } })
  }
}

/// Places of the elements of `keys` by key, keys ascending.
func groups(of keys: [Int]) -> [(key: Int, members: [Int])] {
  Dictionary(grouping: keys.indices, by: { keys[$0] }).map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
}
