public import Statistics

/// The departure that halves of the default show from each other: its zero.
///
/// Halves are of prompts where there are four or more, else of the answers to each question. One half is taken for a persona and
/// set against the other, as a persona is against all: an allowance for the direction being found in the answers, and for
/// what prompts that mean nothing do.
public struct DefaultHalves: Sendable {
  /// The departure of each split, in standard deviations of the default.
  public let departures: [Double]

  /// The largest departure of the default's answers under one prompt from those under its others: how far a prompt that means
  /// nothing moves answers. 0 with fewer than 2 prompts.
  public let promptReach: Double
  /// The number of responses of the default, and of its prompts; fewer than 2 where prompts are not known, or others do not answer the
  /// same questions: what a prompt that means nothing does is not known then.
  public let count, promptCount: Int

  /// The range that the departure of a persona with `size` responses under `prompts` prompts has to leave to be one; nil where the
  /// default cannot be split.
  ///
  /// It reaches from the least of the splits to the largest, nearer to 0 by √((1/n + 1/m) / (4/m)), as a half is set against a half
  /// there. Of P prompts against the default's D the effects that mean nothing vary by 1/P + 1/D, of one against the others by
  /// 1 + 1/(D − 1): it reaches as far as `promptReach` in that ratio too, times 1 + 4/D², as the largest of D is no limit: of
  /// 3,000 draws of effects in 16 dimensions at least 94 % lie within it for D of 2 to 8. Effects along few directions vary more.
  public func zero(for size: Int, prompts: Int) -> Interval? {
    guard !departures.isEmpty || promptCount > 1 else { return nil }
    let (low, high) = (departures.min() ?? 0, departures.max() ?? 0)
    let ratio = ((1 / Double(size) + 1 / Double(count)) * Double(count) / 4).squareRoot()
    let own = Double(promptCount)
    let share =
      promptCount < 2
      ? 0 : ((1 / Double(prompts) + 1 / own) * (own - 1) / own).squareRoot() * (1 + 4 / (own * own))
    return Interval(low: min(low, 0) * ratio, high: max(max(high, 0) * ratio, promptReach * share))
  }

  /// `splits` splits of the default, drawn from `seed`.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  /// - Complexity: O(splits · m · d).
  public init(of assistant: DefaultAnswers, splits: Int = 20, seed: UInt64) throws {
    count = assistant.responses.count
    let isSplit = assistant.rows.count >= 2 && assistant.leastAnswers >= 4
    let responses = try assistant.responses.inOwnSpan()
    let prompts = groups(of: responses.prompts ?? [])
    func halved(byPrompts: Bool) throws -> [Double] {
      try (0..<splits).compactMap { index in
        var generator = SeededGenerator(seed: seed, purpose: .defaultHalves, index: UInt64(index))
        let isFirst = Self.half(of: responses, prompts: byPrompts ? prompts.map(\.members) : [], &generator)
        return try Self.departure(of: responses, isFirst)
      }
    }
    // Prompts that ask questions of their own cannot be set against one another.
    let byPrompt = !isSplit || prompts.count < 4 ? [] : try halved(byPrompts: true)
    departures = !isSplit ? [] : byPrompt.isEmpty ? try halved(byPrompts: false) : byPrompt
    let alone: [Double] =
      prompts.count < 2
      ? []
      : try prompts.compactMap { prompt in
        var isFirst = [Bool](repeating: false, count: responses.count)
        for member in prompt.members { isFirst[member] = true }
        return try Self.departure(of: responses, isFirst)
      }
    promptReach = max(alone.max() ?? 0, 0)
    promptCount = alone.isEmpty ? min(prompts.count, 1) : prompts.count
  }

  /// The departure of the responses that are `isFirst` from the others; nil where these do not answer the same questions twice.
  private static func departure(of responses: PersonaResponses, _ isFirst: [Bool]) throws -> Double? {
    let halves = [true, false].map { side in responses.selecting(isFirst.indices.filter { isFirst[$0] == side }) }
    let rest = DefaultAnswers(halves[1])
    guard Set(halves[0].questions).count >= 2, rest.fallback(for: halves[0].questions) == nil else { return nil }
    let places = try ResponsePlaces(of: halves[0], from: rest)
    let floor = standardDeviation(of: places.assistant)
    return floor > 0 ? mean(of: places.persona) / floor : nil
  }

  /// Half of `prompts`, lists of responses; of the answers to each question if there is none.
  private static func half(
    of responses: PersonaResponses, prompts: [[Int]], _ generator: inout SeededGenerator
  ) -> [Bool] {
    var isFirst = [Bool](repeating: false, count: responses.count)
    if !prompts.isEmpty {
      let own = prompts.shuffled(using: &generator)
      for members in own.prefix(own.count / 2) { for member in members { isFirst[member] = true } }
      return isFirst
    }
    for question in groups(of: responses.questions) {
      let order = question.members.shuffled(using: &generator)
      for member in order.prefix(order.count / 2) { isFirst[member] = true }
    }
    return isFirst
  }
}
