internal import LinearAlgebra

/// The default's answers to each question: what a persona's answers to the same are set against.
public struct DefaultAnswers: Sendable {
  /// Why the default's mean over all answers stands for its mean answer to each question.
  public enum Fallback: Sendable, Equatable {
    /// It did not answer this many of the persona's questions.
    case otherQuestions(Int)
    /// It answered some question once only, which tells nothing of its scatter.
    case answeredOnce
  }

  /// The responses of the default.
  public let responses: PersonaResponses
  /// Its mean over all responses; shape (d).
  let mean: [Double]
  /// Its mean answer to each question, a row each; shape (questions, d).
  let means: Matrix
  /// The row of each question in `means`.
  let rows: [Int: Int]
  /// The number of answers to each question.
  let counts: [Int]
  /// `ownDifferences`, which every persona takes, where it answered every question twice or more.
  private var own: Matrix?
  /// The least number of answers to a question.
  var leastAnswers: Int { counts.min() ?? 0 }

  /// - Precondition: there are at least 2 responses.
  public init(_ responses: PersonaResponses) {
    precondition(responses.count >= 2, "the scatter of fewer than two responses")
    let asked = groups(of: responses.questions)
    self.responses = responses
    mean = responses.activations.columnMeans()
    means = Matrix(
      asked.map { responses.activations.selectingRows($0.members).columnMeans() },
      columns: responses.activations.columns)
    rows = Dictionary(uniqueKeysWithValues: asked.enumerated().map { ($1.key, $0) })
    counts = asked.map(\.members.count)
    if leastAnswers >= 2 { own = scaledDifferences(fallsBack: false) }
  }

  /// Why a persona asked `questions` is set against the mean over all answers; nil if it is set against those to the same.
  public func fallback(for questions: [Int]) -> Fallback? {
    let unknown = Set(questions).count { rows[$0] == nil }
    if unknown > 0 { return .otherQuestions(unknown) }
    return leastAnswers < 2 ? .answeredOnce : nil
  }

  /// `responses` less the default's mean answer to the same question, or its mean over all; shape (n, d).
  func differences(of responses: PersonaResponses, fallsBack: Bool) -> Matrix {
    let columns = responses.activations.columns
    var elements = responses.activations.elements
    for (index, question) in responses.questions.enumerated() {
      if !fallsBack, let row = rows[question] {
        accumulate(
          means.elements, from: row * columns, count: columns, times: -1, into: &elements, at: index * columns)
      } else {
        accumulate(mean, count: columns, times: -1, into: &elements, at: index * columns)
      }
    }
    return Matrix(rows: responses.count, columns: columns, elements: elements)
  }

  /// The default's own differences, each larger by √(k / (k − 1)), as the k answers to its question made the mean.
  func ownDifferences(fallsBack: Bool) -> Matrix {
    if !fallsBack, let own { return own }
    return scaledDifferences(fallsBack: fallsBack)
  }

  private func scaledDifferences(fallsBack: Bool) -> Matrix {
    var result = differences(of: responses, fallsBack: fallsBack)
    for (index, question) in responses.questions.enumerated() {
      let count = Double(fallsBack ? responses.count : counts[rows[question] ?? 0])
      if count > 1 { result.scaleRow(index, by: (count / (count - 1)).squareRoot()) }
    }
    return result
  }

  /// The mean over `questions` of 1 / k, the variance of the default's mean answer in its own variances.
  func meanError(for questions: [Int], fallsBack: Bool) -> Double {
    if fallsBack { return 1 / Double(responses.count) }
    return questions.reduce(0) { $0 + 1 / Double(counts[rows[$1] ?? 0]) } / Double(questions.count)
  }
}
