internal import Dumps
internal import PersonaSpace

/// What was found of the responses of a role.
struct FoundAnswers: Sendable {
  let source: ResponseSources.Source
  /// The key of each; nil if one of them is none.
  let keys: [ResponseKey]?
  let scores: [Double?]
  /// The characters of each; nil where they are not known.
  let lengths: [Double?]
  /// The responses that are left out for values that are not finite.
  let excluded: Set<String>
}

/// The number of each question over all personas: the same number means the same question.
struct QuestionNumbering: Sendable {
  /// Whether the keys of every persona name questions.
  let isKnown: Bool
  private let numbers: [Int: Int]

  init(_ personas: [FoundAnswers]) {
    isKnown = personas.allSatisfy { $0.keys != nil }
    let asked = Set(personas.flatMap { ($0.keys ?? []).map(\.question) }).sorted()
    numbers = Dictionary(uniqueKeysWithValues: asked.enumerated().map { ($1, $0) })
  }

  /// The number of the question `key`; below 0 for one that no persona was asked.
  func callAsFunction(_ key: ResponseKey) -> Int { numbers[key.question] ?? -1 - key.question }
}

/// The responses of one role as they are measured.
struct PlannedAnswers: Sendable {
  let source: ResponseSources.Source
  /// What each response is of, for the variance.
  let layout: PersonaScatter.ResponseFactors
  /// The question of each; numbers below 0, or one a response where keys name none, stand for questions that nobody shares.
  let questions: [Int]
  /// The prompt of each, by numbers of the role's own; nil where keys name none.
  let prompts: [Int]?
  /// How strongly the prompt of each asks for the role, in shares of the strongest; nil where all ask the same.
  let doses: [Double]?
  let scores: [Double?]
  /// The characters of each; nil where they are not known.
  let lengths: [Double?]
  /// The responses that are left out for values that are not finite.
  let excluded: Set<String>

  /// The number of responses.
  var count: Int { questions.count }
  /// The number of prompts; 0 where keys name none.
  var promptCount: Int { Set(prompts ?? []).count }
  /// The places of the answers under the strongest prompts; all where prompts have no doses.
  var full: [Int] { questions.indices.filter { doses?[$0] ?? 1 == 1 } }
  /// The places of the other answers.
  var graded: [Int] { questions.indices.filter { doses?[$0] ?? 1 != 1 } }

  /// The responses `found` of a persona.
  ///
  /// - Parameter doses: the dose of its prompts, by their numbers in keys; a prompt without one counts as the strongest.
  init(_ found: FoundAnswers, _ numbering: QuestionNumbering, doses: [Int: Double]) {
    self.init(found, layout: Self.layout(found, numbering), numbering, isAssistant: false) { keys in
      let known = keys.map { doses[$0.prompt] }
      let most = known.compactMap(\.self).max() ?? 0
      let shares = known.map { most > 0 ? ($0 ?? most) / most : 1 }
      return shares.allSatisfy { $0 == 1 } ? nil : shares
    }
  }

  /// The responses `found` of the default.
  init(assistant found: FoundAnswers, _ numbering: QuestionNumbering) {
    let none = found.scores.map { _ in 0 }
    self.init(found, layout: .init(prompts: none, questions: none, cells: none), numbering, isAssistant: true) { _ in
      nil
    }
  }

  private init(
    _ found: FoundAnswers, layout: PersonaScatter.ResponseFactors, _ numbering: QuestionNumbering,
    isAssistant: Bool, doses: ([ResponseKey]) -> [Double]?
  ) {
    (source, scores, excluded, self.layout) = (found.source, found.scores, found.excluded, layout)
    lengths = found.lengths
    if let keys = found.keys, numbering.isKnown {
      questions = keys.map { numbering($0) }
      prompts = Self.prompts(keys)
      self.doses = doses(keys)
    } else {
      // Below 0 for the default: none of its answers is to a question that a persona shares.
      questions = found.scores.indices.map { isAssistant ? -1 - $0 : $0 }
      (prompts, self.doses) = (nil, nil)
    }
  }

  /// The prompt of each of `keys`, which follow one another by label and prompt.
  private static func prompts(_ keys: [ResponseKey]) -> [Int] {
    var prompts: [Int] = []
    for (index, key) in keys.enumerated() {
      let isSame = index > 0 && (keys[index - 1].label, keys[index - 1].prompt) == (key.label, key.prompt)
      prompts.append((prompts.last ?? -1) + (isSame ? 0 : 1))
    }
    return prompts
  }

  private static func layout(
    _ found: FoundAnswers, _ numbering: QuestionNumbering
  ) -> PersonaScatter.ResponseFactors {
    guard numbering.isKnown, let keys = found.keys else {
      let zeros = found.scores.map { _ in 0 }
      return .init(prompts: zeros, questions: zeros, cells: zeros)
    }
    let prompts = prompts(keys)
    var cells: [Int] = []
    for (index, key) in keys.enumerated() {
      let isSame = index > 0 && prompts[index - 1] == prompts[index] && keys[index - 1].question == key.question
      cells.append((cells.last ?? -1) + (isSame ? 0 : 1))
    }
    return .init(prompts: prompts, questions: keys.map { numbering($0) }, cells: cells)
  }
}
