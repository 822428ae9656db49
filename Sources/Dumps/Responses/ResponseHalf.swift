internal import Statistics

/// One half of the responses of all roles and of the default: those to half of the questions, or under half of the prompts.
///
/// Numbers that follow each other, 0 and 1, 2 and 3, … are parted by lot, so that both halves have as many, whichever a role has
/// left; the two halves of one seed have no question, or no prompt, in common.
public struct ResponseHalf: Sendable, Equatable {
  /// What is halved.
  public enum Division: String, Sendable, CaseIterable {
    case questions, prompts
  }

  /// What is halved.
  package let division: Division
  /// Whether it is the second half.
  package let isSecond: Bool
  private let seed: UInt64

  package init(_ division: Division, isSecond: Bool, seed: UInt64) {
    (self.division, self.isSecond, self.seed) = (division, isSecond, seed)
  }

  /// The number by which a response is in one half or the other.
  package static func number(of key: ResponseKey, _ division: Division) -> Int {
    division == .questions ? key.question : key.prompt
  }

  /// Whether the response `key` belongs to the half.
  package func contains(_ key: ResponseKey) -> Bool {
    let number = Self.number(of: key, division)
    var generator = SeededGenerator(
      seed: seed, purpose: division == .questions ? .questionHalves : .promptHalves, index: UInt64(number / 2))
    let swaps = generator.next() & 1 == 1
    return ((number % 2 == 1) != swaps) == isSecond
  }

  /// What tells its averages from others.
  package var signature: String { "\(division.rawValue) \(isSecond ? "second" : "first") \(seed)" }
}
