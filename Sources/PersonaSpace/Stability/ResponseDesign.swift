internal import LinearAlgebra
internal import Statistics

/// Which responses there are: of which persona, under which of its prompts, to which question, how many times.
///
/// The model of a response is y = μ + persona + prompt + question + cell + run, all effects random: prompts lie within a persona
/// (the second prompt of one has nothing to do with that of another), questions are asked of all, a cell is what a prompt and a
/// question have beyond both, and a run what remains between answers to the same.
public struct ResponseDesign: Sendable {
  /// The responses of a persona under one prompt to one question.
  public struct Cell: Sendable, Equatable {
    /// The persona, from 0; the prompt, numbered over all personas; the question, from 0.
    public let persona, prompt, question: Int
    /// The number of responses.
    public let count: Int

    /// `count` responses.
    public init(persona: Int, prompt: Int, question: Int, count: Int) {
      (self.persona, self.prompt, self.question, self.count) = (persona, prompt, question, count)
    }
  }

  /// A source of variance.
  public enum Source: String, Sendable, CaseIterable {
    case persona, prompt, question, cell, run
  }

  /// The cells.
  public let cells: [Cell]
  /// The number of personas, prompts over all personas, and questions.
  public let personas, prompts, questions: Int
  /// The number of responses.
  public let count: Int
  /// Those of each persona, prompt and question.
  public let personaSizes, promptSizes, questionSizes: [Double]
  /// The sources that can be told apart here, `run` (all that remains) last.
  public let sources: [Source]
  /// Whether questions were asked more than once in one way, so that runs are apart from what else remains.
  public let hasRuns: Bool

  /// Of `cells`, each of a persona, prompt and question of its own, with at least a response.
  ///
  /// - Parameter isKnown: whether the keys of responses name prompts and questions; if not, all but personas is one.
  public init(_ cells: [Cell], isKnown: Bool = true) {
    func sizes(_ index: (Cell) -> Int) -> [Double] {
      var sizes = [Double](repeating: 0, count: (cells.map(index).max() ?? -1) + 1)
      for cell in cells { sizes[index(cell)] += Double(cell.count) }
      return sizes
    }
    self.cells = cells
    (personaSizes, promptSizes, questionSizes) = (sizes(\.persona), sizes(\.prompt), sizes(\.question))
    (personas, prompts, questions) = (personaSizes.count, promptSizes.count, questionSizes.count)
    count = cells.reduce(0) { $0 + $1.count }
    guard isKnown else {
      (sources, hasRuns) = ([.persona, .run], false)
      return
    }
    var sources = [Source.persona]
    // A source with as many levels as another has the same levels.
    if prompts > personas, prompts < count { sources.append(.prompt) }
    if questions > 1, cells.count > prompts { sources.append(.question) }
    if cells.count > prompts, cells.count < count, questions > 1 { sources.append(.cell) }
    self.sources = sources + [.run]
    hasRuns = cells.count < count
  }

  /// The sums of squares of a readout about its grand mean, by source: of the means of its levels, each times its responses.
  /// For `run`, of the responses themselves.
  public struct SumsOfSquares: Sendable, Equatable {
    /// Of personas, prompts, questions, cells and responses.
    public var persona = 0.0, prompt = 0.0, question = 0.0, cell = 0.0, run = 0.0

    /// None.
    public init() {}

    subscript(source: Source) -> Double {
      switch source {
      case .persona: persona
      case .prompt: prompt
      case .question: question
      case .cell: cell
      case .run: run
      }
    }
  }

  /// The variance of each of `sources` that a readout with these sums of squares has: Henderson's first method (Biometrics 9,
  /// 1953; Searle, Casella & McCulloch, section 5.3), which equates sums of squares with what they are on average. It is
  /// unbiased for any numbers of responses, and the analysis of variance where those are equal. A variance may come out
  /// negative.
  ///
  /// Nil if the design does not tell the sources apart.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func variances(of sums: SumsOfSquares) throws -> [Double]? {
    let system = coefficients
    // Rows of about one size, so that the pivots tell whether the system can be solved.
    let scales = (0..<system.rows).map { row in system.row(row).reduce(0) { max($0, abs($1)) } }
    guard scales.allSatisfy({ $0 > 0 }) else { return nil }
    var scaled = system
    for row in 0..<system.rows { scaled.scaleRow(row, by: 1 / scales[row]) }
    return try scaled.solving(zip(sources, scales).map { sums[$0] / $1 })
  }

  /// What the sum of squares of `source` has, on average, of the variance of each of `sources`.
  func expectations(of source: Source) -> [Double] {
    sources.firstIndex(of: source).map { Array(coefficients.row($0)) } ?? []
  }

  /// What the sum of squares of each source (row) has, on average, of the variance of each (column).
  var coefficients: Matrix {
    let total = Double(count)
    var byPersonaAndQuestion = [Double](repeating: 0, count: personas * questions)
    for cell in cells { byPersonaAndQuestion[cell.persona * questions + cell.question] += Double(cell.count) }
    var owner = [Int](repeating: 0, count: prompts)
    for cell in cells { owner[cell.prompt] = cell.persona }
    func squares(_ sizes: [Double], over size: (Int) -> Double) -> Double {
      var sum = 0.0
      for (index, own) in sizes.enumerated() where own > 0 { sum += own * own / size(index) }
      return sum
    }
    let cellSizes = cells.map { Double($0.count) }
    func cellsOver(_ size: (Cell) -> Double) -> Double { squares(cellSizes) { size(cells[$0]) } }
    /// Σ over levels of `row`, over levels of `column` within each, of n² / n of the level of `row`.
    func overlap(_ row: Source, _ column: Source) -> Double {
      switch (row, column) {
      case (.persona, .prompt): squares(promptSizes) { personaSizes[owner[$0]] }
      case (.persona, .question): squares(byPersonaAndQuestion) { personaSizes[$0 / questions] }
      case (.persona, .cell): cellsOver { personaSizes[$0.persona] }
      case (.persona, .run): Double(personas)
      case (.prompt, .question), (.prompt, .cell): cellsOver { promptSizes[$0.prompt] }
      case (.prompt, .run): Double(prompts)
      case (.question, .persona): squares(byPersonaAndQuestion) { questionSizes[$0 % questions] }
      case (.question, .prompt), (.question, .cell): cellsOver { questionSizes[$0.question] }
      case (.question, .run): Double(questions)
      case (.cell, .run): Double(cells.count)
      default: total
      }
    }
    /// The same for the grand mean.
    func mean(_ column: Source) -> Double {
      switch column {
      case .persona: squares(personaSizes) { _ in total }
      case .prompt: squares(promptSizes) { _ in total }
      case .question: squares(questionSizes) { _ in total }
      case .cell: squares(cellSizes) { _ in total }
      case .run: 1
      }
    }
    return Matrix(
      sources.map { row in sources.map { overlap(row, $0) - mean($0) } }, columns: sources.count)
  }
}
