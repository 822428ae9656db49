internal import Statistics

/// What a reader's scores (0 to 3: answers as an assistant … speaks as the character) say of the places of the same answers: a
/// second opinion.
public struct ScoreAgreement: Sendable, Equatable {
  /// The number of answers with a score.
  public let count: Int
  /// Spearman's correlation of place and score, positive where answers further from the default score higher.
  public let rankCorrelation: Double
  /// The share of answers of which both say the same: at home, or a score below `leastScore`.
  public let agreement: Double

  /// Whether the scores speak against the states: they say otherwise of more than a quarter of the answers.
  public var isContradiction: Bool { agreement < 0.75 }

  /// The least score of an answer given as the persona.
  public static let leastScore = 2.0

  /// Nil if fewer than two answers have a score or all have the same: nothing can agree with a constant.
  ///
  /// - Parameter scores: that of each answer, nil where there is none.
  public init?(places: [Double], home: [Double], scores: [Double?]) {
    precondition(places.count == home.count && home.count == scores.count, "lists differ in length")
    let known = scores.indices.compactMap { index in scores[index].map { (index, $0) } }
    guard let first = known.first, known.contains(where: { $0.1 != first.1 }) else { return nil }
    count = known.count
    rankCorrelation = spearmanCorrelation(known.map { places[$0.0] }, known.map(\.1))
    let same = known.count { (home[$0.0] > 0.5) == ($0.1 < Self.leastScore) }
    agreement = Double(same) / Double(known.count)
  }
}
