public import Statistics

/// How single answers of a layer lie along its axis: whether a layer shows what is answered, or only who was asked.
///
/// Answers are read along an axis of other questions than theirs, that of the half of the questions to which they do not belong. The mean
/// of all vectors' answers to a question is taken off. What an axis owes to noise of the answers, or to the words of the prompts that
/// all answers share, then does not show up as agreement.
public struct AnswerAgreement: Sendable, Equatable {
  /// How often an answer of a role lies further from the Assistant than an answer of the default, a tie counting half; mean over roles.
  /// .5 where answers do not tell roles from the default.
  public let told: Estimate
  /// Spearman's correlation of an answer's score as the role and its distance from the Assistant, among the answers of one role; mean over
  /// roles. Nil where fewer than `leastRoles` roles have scores that differ.
  public let scored: Estimate?
  /// The values of each role; NaN where a role has none.
  let toldValues, scoredValues: [Double]

  /// Fewer roles have no interval, and a mean that one role decides.
  public static let leastRoles = 5
  /// A role with fewer answers has no correlation.
  public static let leastAnswers = 10
  /// A smaller difference between layers does not matter.
  public static let leastDifference = 0.05

  /// The answers of a role, or of the default.
  public struct Answers: Sendable {
    /// The axis position of each, along an axis of other questions.
    let positions: [Double]
    /// The question that each answers.
    let questions: [Int]
    /// Whether it is of the second half of the questions.
    let isSecond: [Bool]
    /// Its score as the role; nil where there is none.
    let scores: [Double?]

    /// Answers in any order; the lists are as long as one another.
    public init(positions: [Double], questions: [Int], isSecond: [Bool], scores: [Double?]) {
      precondition(
        [questions.count, isSecond.count, scores.count].allSatisfy { $0 == positions.count }, "lists differ")
      (self.positions, self.questions, self.isSecond, self.scores) = (positions, questions, isSecond, scores)
    }
  }

  /// Of the answers of each role, and of the default, in one layer; nil where fewer than `leastRoles` roles, or the default, have answers to
  /// questions of one half.
  ///
  /// - Parameters:
  ///   - replicates: the bootstrap samples of roles that intervals are of.
  ///   - seed: what the samples follow from; the same in every layer.
  public init?(roles: [Answers], assistant: Answers, replicates: Int, seed: UInt64) {
    let effects = Self.questionEffects([assistant] + roles)
    func freed(_ answers: Answers) -> [Double] {
      zip(answers.positions, answers.questions).map { $0 - (effects[$1] ?? 0) }
    }
    let own = freed(assistant)
    let positions = roles.map(freed)
    toldValues = zip(roles, positions).map { Self.told($0, $1, assistant, own) }
    scoredValues = zip(roles, positions).map { Self.correlation($0, $1) }
    guard let told = Self.mean(toldValues, replicates, seed) else { return nil }
    (self.told, scored) = (told, Self.mean(scoredValues, replicates, seed))
  }

  /// The mean position of the answers to each question: of each vector's mean, so that one with many answers counts no more.
  private static func questionEffects(_ all: [Answers]) -> [Int: Double] {
    var means: [Int: [Double]] = [:]
    for answers in all {
      for (question, places) in Dictionary(grouping: answers.questions.indices, by: { answers.questions[$0] }) {
        means[question, default: []].append(places.reduce(0) { $0 + answers.positions[$1] } / Double(places.count))
      }
    }
    return means.mapValues { $0.reduce(0, +) / Double($0.count) }
  }

  /// How often an answer of the role lies further out than one of the default, in either half of the questions.
  private static func told(
    _ role: Answers, _ places: [Double], _ assistant: Answers, _ own: [Double]
  ) -> Double {
    var (further, pairs) = (0.0, 0.0)
    for isSecond in [false, true] {
      let others = own.indices.filter { assistant.isSecond[$0] == isSecond }.map { own[$0] }
      for index in places.indices where role.isSecond[index] == isSecond {
        for other in others { further += places[index] < other ? 1 : places[index] == other ? 0.5 : 0 }
        pairs += Double(others.count)
      }
    }
    return pairs > 0 ? further / pairs : .nan
  }

  /// The rank correlation of score and distance.
  private static func correlation(_ role: Answers, _ places: [Double]) -> Double {
    let known = places.indices.filter { role.scores[$0] != nil }
    let scores = known.compactMap { role.scores[$0] }
    guard known.count >= leastAnswers, Set(scores).count > 1 else { return .nan }
    return spearmanCorrelation(known.map { -places[$0] }, scores)
  }

  /// The mean of the values that are not NaN, of which roles are resampled; nil of too few.
  private static func mean(_ values: [Double], _ replicates: Int, _ seed: UInt64) -> Estimate? {
    let known = values.filter { !$0.isNaN }
    guard known.count >= leastRoles else { return nil }
    let samples = Resamples(of: known.count, count: replicates, seed: seed, purpose: .roles)
    let means = (0..<samples.count).map { index in
      zip(samples.counts(index), known).reduce(0) { $0 + $1.0 * $1.1 } / Double(known.count)
    }
    return Estimate(
      known.reduce(0, +) / Double(known.count), Interval(percentilesOf: means, clusters: known.count))
  }

  /// Whether the agreement is shown to be less than that of `other`, by what matters: by scores where both have them, else by how well
  /// answers are told from the default's.
  func isBehind(_ other: Self, replicates: Int, seed: UInt64) -> Bool {
    let byScores = scored != nil && other.scored != nil
    let (own, others) = byScores ? (scoredValues, other.scoredValues) : (toldValues, other.toldValues)
    guard own.count == others.count,
      let difference = Self.mean(zip(others, own).map { $0 - $1 }, replicates, seed)
    else { return false }
    return difference.value >= Self.leastDifference && (difference.interval?.isPositive ?? false)
  }
}
