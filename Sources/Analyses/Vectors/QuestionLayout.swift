internal import LinearAlgebra
internal import Statistics

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
  /// No key names a question.
  case noQuestion
  /// Keys of so many, roles or the default, name no question, where those of others do.
  case unnamed(Int)
  /// The default has no answer to so many of the questions that roles have answers to.
  case unshared(Int)
}

/// How many answers there are to each question.
struct QuestionTally: Sendable, Codable, Equatable {
  /// By the questions' numbers.
  private(set) var counts: [Int: Int] = [:]
  /// Whether the keys of all answers name a question.
  private(set) var isComplete = true

  /// Of answers to `questions`; nil stands for one that is not named.
  init(_ questions: [Int?]) {
    for question in questions {
      if let question { counts[question, default: 0] += 1 } else { isComplete = false }
    }
  }
}

/// Which questions the kept answers of the default and of each role are to, and whether vectors are to be freed of them.
struct QuestionLayout: Sendable {
  let outcome: AdjustmentOutcome
  /// The questions, in the order of the table's columns; none where nothing is to be done.
  private(set) var questions: [Int] = []
  /// The answers of the default, in the first row, and of each role, to each question; nil where nothing is to be done.
  private(set) var table: TwoWayLayout?

  /// By the `tallies` of the default, if it has answers, and of each role.
  init(assistant hasAssistant: Bool, _ tallies: [QuestionTally], isWanted: Bool) {
    guard isWanted else {
      outcome = .notAsked
      return
    }
    guard hasAssistant else {
      outcome = .noDefault
      return
    }
    let unnamed = tallies.count { !$0.isComplete }
    guard unnamed == 0 else {
      outcome = tallies.allSatisfy(\.counts.isEmpty) ? .noQuestion : .unnamed(unnamed)
      return
    }
    let known = Set(tallies[0].counts.keys)
    let unshared = Set(tallies.flatMap(\.counts.keys)).subtracting(known).count
    guard unshared == 0 else {
      outcome = .unshared(unshared)
      return
    }
    let columns = known.sorted()
    let table = TwoWayLayout(
      counts: Matrix(
        rows: tallies.count, columns: columns.count,
        elements: tallies.flatMap { tally in columns.map { Double(tally.counts[$0] ?? 0) } }))
    guard !table.isProportional else {
      outcome = .sameQuestions
      return
    }
    (outcome, questions, self.table) = (.adjusted, columns, table)
  }

  /// Of `means`, by the `tallies` of those that have a vector.
  init(_ means: AveragedResponses, _ tallies: [QuestionTally], _ options: VectorsOptions) {
    self.init(
      assistant: means.assistant != nil, tallies, isWanted: options.findsQuestionEffects && !means.roles.isEmpty)
  }
}
