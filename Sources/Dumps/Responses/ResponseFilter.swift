internal import Files

/// Which responses are averaged.
public struct ResponseFilter: Sendable, Equatable {
  /// The judge's scores of responses that are kept: the reference pipeline keeps those that are fully the role, 3. Nil
  /// keeps all.
  public var scores: Set<Int>? = [3]
  /// Whether it is an error if there are no scores to go by.
  public var requiresScores = false
  /// The folder with `<role>.json`; nil for `scores/` of the dump. Where neither is there, all responses are kept.
  public var scoresFolder: String?
  /// A role with fewer responses left is left out; nil for `usualMinimum`, or 1 where responses have no scores.
  public var minimum: Int?
  /// Whether only questions are kept that have a response left in every role with enough of them; those
  /// that `--nonfinite skip` leaves out afterwards change nothing in that.
  public var matchesQuestions = false
  /// The labels of the keys, `<label>_p<prompt>_q<question>`, of which responses are kept; nil for the usual, see `ResponseLabels`.
  public var labels: Set<String>?
  /// The half of the responses that is kept; nil for all.
  package var half: ResponseHalf?

  /// The reference pipeline's minimum.
  public static let usualMinimum = 50

  /// Keeps responses of score 3, if there are scores.
  public init() {}
}

/// The scores of a role's responses, as a judge gave them.
package struct ScoreTable: Sendable {
  /// The score of each key; absent, or nil, where the judge's answer could not be read.
  private let scores: [String: Double?]

  /// Reads the table at `path`: a JSON object of numbers, also as texts, `"3"`, or in objects, `{"score": 3}`.
  package init(at path: String) throws { scores = try decodeJSON([String: Score].self, at: path).mapValues(\.value) }

  /// One score, as judges' answers are kept.
  private struct Score: Decodable {
    let value: Double?

    private enum CodingKeys: String, CodingKey { case score }

    init(from decoder: any Decoder) throws {
      let single = try decoder.singleValueContainer()
      if single.decodeNil() {
        value = nil
      } else if let number = try? single.decode(Double.self) {
        value = number
      } else if let text = try? single.decode(String.self), let number = Double(text) {
        value = number
      } else if let object = try? decoder.container(keyedBy: CodingKeys.self), object.contains(.score) {
        value = try object.decode(Score.self, forKey: .score).value
      } else {
        let isTruth = (try? single.decode(Bool.self)) != nil
        throw DecodingError.dataCorruptedError(
          in: single,
          debugDescription: "a score is wanted, a number such as 3 of {\"pos_p0_q12\": 3}"
            + (isTruth ? ", and true or false is found: write 3 for true and 0 for false" : ""))
      }
    }
  }

  /// The score of the response `key`; nil where there is none.
  package subscript(key: String) -> Double? { scores[key] ?? nil }

  /// Its keys.
  package var keys: [String] { scores.keys.sorted() }

  /// The scores that it has.
  package var values: Set<Double> { Set(scores.values.compactMap(\.self)) }

  /// What is to become of a response.
  package enum Outcome { case kept, rejected, unscored }

  package func outcome(of key: String, keeping wanted: Set<Int>) -> Outcome {
    guard let score = scores[key] ?? nil else { return .unscored }
    return Int(exactly: score).map(wanted.contains) ?? false ? .kept : .rejected
  }
}
