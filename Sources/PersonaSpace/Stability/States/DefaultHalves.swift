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
  /// nothing moves answers. 0 with fewer than 3 prompts.
  public let promptReach: Double
  /// The number of responses of the default.
  public let count: Int

  /// The range that the departure of a persona with `size` responses has to leave to be one: from the least of the splits to the
  /// largest, nearer to 0 by √((1/n + 1/m) / (4/m)), as a half is set against a half there; nil where the default cannot be split.
  public func zero(for size: Int) -> Interval? {
    guard let low = departures.min(), let high = departures.max() else { return nil }
    let ratio = ((1 / Double(size) + 1 / Double(count)) * Double(count) / 4).squareRoot()
    return Interval(low: min(low, 0) * ratio, high: max(high, 0) * ratio)
  }

  /// `splits` splits of the default, drawn from `seed`.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  /// - Complexity: O(splits · m · d).
  public init(of assistant: DefaultAnswers, splits: Int = 20, seed: UInt64) throws {
    count = assistant.responses.count
    let isSplit = assistant.rows.count >= 2 && assistant.leastAnswers >= 4
    guard isSplit else {
      (departures, promptReach) = ([], 0)
      return
    }
    let responses = try assistant.responses.inOwnSpan()
    departures = try (0..<splits).compactMap { index in
      var generator = SeededGenerator(seed: seed, purpose: .defaultHalves, index: UInt64(index))
      return try Self.departure(of: responses, Self.half(of: responses, &generator))
    }
    let prompts = groups(of: responses.prompts ?? [])
    let alone: [Double] =
      prompts.count < 3
      ? []
      : try prompts.compactMap { prompt in
        var isFirst = [Bool](repeating: false, count: responses.count)
        for member in prompt.members { isFirst[member] = true }
        return try Self.departure(of: responses, isFirst)
      }
    promptReach = max(alone.max() ?? 0, 0)
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

  private static func half(of responses: PersonaResponses, _ generator: inout SeededGenerator) -> [Bool] {
    var isFirst = [Bool](repeating: false, count: responses.count)
    if let prompts = responses.prompts {
      let own = groups(of: prompts).shuffled(using: &generator)
      if own.count >= 4 {
        for prompt in own.prefix(own.count / 2) { for member in prompt.members { isFirst[member] = true } }
        return isFirst
      }
    }
    for question in groups(of: responses.questions) {
      let order = question.members.shuffled(using: &generator)
      for member in order.prefix(order.count / 2) { isFirst[member] = true }
    }
    return isFirst
  }
}
