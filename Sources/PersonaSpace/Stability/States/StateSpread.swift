internal import LinearAlgebra

/// Where the variance of answers within one state comes from: y = μ + prompt + question + cell + run, all random.
///
/// By Henderson's first method (Biometrics 9, 1953; Searle, Casella & McCulloch, Variance Components, section 5.3): sums of squares
/// of the means of levels are equated with what they are on average, which is unbiased for any numbers of answers. A part
/// may come out negative.
public struct StateSpread: Sendable, Equatable {
  /// Why a part is not told.
  public enum Untold: Sendable, Equatable {
    /// Prompts are not known, or there is one.
    case onePrompt
    /// There is one question.
    case oneQuestion
    /// No prompt was given the same question twice: run and cell are one.
    case oneRun
    /// The answers do not tell the sources apart.
    case notTold
  }

  /// A variance, or why there is none.
  public typealias Part = Result<Double, Missing>

  /// The reason of an empty part.
  public struct Missing: Error, Sendable, Equatable {
    /// What the design lacks.
    public let reason: Untold

    /// Missing for `reason`.
    public init(reason: Untold) { self.reason = reason }
  }

  /// The variance between prompts, and between questions, in the squared unit of the values.
  public let prompt, question: Part
  /// The variance between runs of one prompt and question.
  public let run: Part
  /// What remains beside prompt and question: runs, and what a prompt does to one question alone.
  public let rest: Part

  /// Of `values`, with the question of each and, where known, the prompt.
  ///
  /// - Parameter questionError: what is taken off the question's, as it is not theirs.
  /// - Throws: `LinearAlgebraError`.
  package init(of values: [Double], questions: [Int], prompts: [Int]?, questionError: Double = 0) throws {
    let all = [Int](repeating: 0, count: values.count)
    let cells = zip(prompts ?? Array(values.indices), questions).map { [$0, $1] }
    var numbers: [[Int]: Int] = [:]
    for cell in cells where numbers[cell] == nil { numbers[cell] = numbers.count }
    let cell = cells.map { numbers[$0] ?? 0 }
    let hasPrompts = prompts.map { Set($0).count > 1 } ?? false
    let hasQuestions = Set(questions).count > 1
    let hasRuns = prompts != nil && numbers.count < values.count
    var sources: [[Int]] = []
    if hasPrompts, let prompts { sources.append(prompts) }
    if hasQuestions { sources.append(questions) }
    if hasRuns, hasPrompts, hasQuestions { sources.append(cell) }
    sources.append(Array(values.indices))
    let parts = try Self.variances(of: values, sources: sources, whole: all)
    func part(_ isThere: Bool, _ reason: Untold, _ value: ([Double]) -> Double) -> Part {
      guard isThere else { return .failure(Missing(reason: reason)) }
      return parts.map { .success(value($0)) } ?? .failure(Missing(reason: .notTold))
    }
    let last = sources.count - 1
    prompt = part(hasPrompts, .onePrompt) { $0[0] }
    question = part(hasQuestions, .oneQuestion) { $0[hasPrompts ? 1 : 0] - questionError }
    run = part(hasRuns, .oneRun) { $0[last] }
    rest = part(true, .notTold) { hasRuns && hasPrompts && hasQuestions ? $0[last - 1] + $0[last] : $0[last] }
  }

  /// The variance of each source, whose levels are told by a list each; nil if the design does not tell them apart.
  private static func variances(of values: [Double], sources: [[Int]], whole: [Int]) throws -> [Double]? {
    guard values.count >= 3 else { return nil }
    let centre = values.reduce(0, +) / Double(values.count)
    /// Σ over levels of (Σ y)² / n.
    func square(_ levels: [Int]) -> Double {
      groups(of: levels).reduce(0) { sum, level in
        let total = level.members.reduce(0) { $0 + values[$1] - centre }
        return sum + total * total / Double(level.members.count)
      }
    }
    /// Σ over levels of `row`, over levels of `column` within each, of n² / n of the level of `row`.
    func overlap(_ row: [Int], _ column: [Int]) -> Double {
      groups(of: row).reduce(0) { sum, level in
        let own = groups(of: level.members.map { column[$0] })
        return sum + own.reduce(0) { $0 + Double($1.members.count * $1.members.count) } / Double(level.members.count)
      }
    }
    let zero = square(whole)
    let system = Matrix(
      sources.map { row in sources.map { overlap(row, $0) - overlap(whole, $0) } }, columns: sources.count)
    return try system.solving(sources.map { square($0) - zero })
  }
}
