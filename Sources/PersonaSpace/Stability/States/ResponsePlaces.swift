internal import LinearAlgebra
internal import Statistics

/// Where each response lies on the way from the default (0) to the persona (about 1), along directions learned on other questions.
///
/// Questions in ascending order make `folds` blocks. For each block, w is the mean over the other blocks' responses, less the
/// default's mean answer to the same question, of those that lie past half of the 90th percentile along w itself (three rounds
/// from the mean of all), so that refused answers do not shorten it. A response h of the block is placed at (h − b) · w / |w|².
struct ResponsePlaces: Sendable {
  /// The place of each response of the persona; shape (n).
  let persona: [Double]
  /// The place of each response of the default about its mean answer to the question, along the same directions; shape (m).
  let assistant: [Double]
  /// The mean of |w|, in activation units.
  let distance: Double
  /// Why the default's mean over all answers was taken off, if it was.
  let fallback: DefaultAnswers.Fallback?
  /// Groups of the answers; nil if they were not looked for, or cannot be.
  let clusters: AnswerClusters?
  /// w / |w|² of each fold, a column each; shape (d, folds).
  private let scaledWays: Matrix
  /// The fold of each question.
  private let blocks: [Int: Int]

  static let folds = 6
  private static let rounds = 3

  /// - Parameter findsClusters: whether groups of the answers are looked for; of more than `mostProducts` answers they never are.
  /// - Precondition: at least 2 questions.
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  /// - Complexity: O((n + m) · d · folds).
  init(of responses: PersonaResponses, from assistant: DefaultAnswers, findsClusters: Bool = false) throws {
    fallback = assistant.fallback(for: responses.questions)
    let blocks = Self.blocks(of: responses.questions)
    let foldOfResponse = responses.questions.map { blocks[$0] ?? 0 }
    let count = (foldOfResponse.max() ?? 0) + 1
    let own = assistant.differences(of: responses, fallsBack: fallback != nil)
    // From their inner products, where these take less than going over the answers in every round.
    let gram = own.rows <= Self.mostProducts ? try own.gramOfRows() : nil
    let weights = try Self.weights(own, gram: gram, folds: foldOfResponse, count: count)
    let ways = try weights.times(own)
    let squares = (0..<count).map { dotProduct(ways.row($0), ways.row($0)) }
    let across = ways.transposed()
    let products = try own.times(across)
    scaledWays = across.scalingColumns(by: squares.map { 1 / $0 })
    self.blocks = blocks
    persona = foldOfResponse.indices.map { products[$0, foldOfResponse[$0]] / squares[foldOfResponse[$0]] }
    let defaultProducts = try assistant.ownDifferences(fallsBack: fallback != nil).times(across)
    // A question that the persona was not asked was not learned from in any fold.
    self.assistant = assistant.responses.questions.enumerated().map { index, question in
      let fold = blocks[question] ?? (assistant.rows[question] ?? 0) % count
      return defaultProducts[index, fold] / squares[fold]
    }
    let distance = squares.reduce(0) { $0 + $1.squareRoot() } / Double(count)
    self.distance = distance
    let places = persona
    clusters =
      findsClusters ? try gram.flatMap { try AnswerClusters(gram: $0, places: places, distance: distance) } : nil
  }

  /// The place of other answers of the same persona, from `assistant`, each along the direction learned without its question.
  func places(of others: PersonaResponses, from assistant: DefaultAnswers) throws -> [Double] {
    let products = try assistant.differences(of: others, fallsBack: fallback != nil).times(scaledWays)
    return others.questions.enumerated().map { index, question in
      blocks[question].map { products[index, $0] } ?? products.row(index).reduce(0, +) / Double(products.columns)
    }
  }

  /// The place of answers that no direction was learned from, the mean over all directions.
  func meanPlaces(of differences: Matrix) throws -> [Double] {
    let products = try differences.times(scaledWays)
    return (0..<products.rows).map { products.row($0).reduce(0, +) / Double(products.columns) }
  }

  /// The block of each question: as many to each as may be, the first ones larger by one.
  static func blocks(of questions: [Int]) -> [Int: Int] {
    let names = Set(questions).sorted()
    let count = min(folds, names.count)
    let (size, larger) = names.count.quotientAndRemainder(dividingBy: count)
    return Dictionary(
      uniqueKeysWithValues: names.enumerated().map { place, name in
        let reach = larger * (size + 1)
        return (name, place < reach ? place / (size + 1) : larger + (place - reach) / size)
      })
  }

  /// The answers that the direction of each fold is the mean of, as weights; shape (folds, n).
  private static func weights(_ rows: Matrix, gram: Matrix?, folds: [Int], count: Int) throws -> Matrix {
    let n = rows.rows
    var chosen = (0..<count).map { fold in folds.map { $0 != fold } }
    for _ in 0..<rounds {
      let weights = shares(chosen)
      let products =
        try gram.map { try $0.times(weights.transposed()) } ?? rows.times(try weights.times(rows).transposed())
      for fold in 0..<count {
        let along = (0..<n).map { products[$0, fold] }
        let training = (0..<n).filter { folds[$0] != fold }
        let cut = quantile(training.map { along[$0] }, 0.9) / 2
        let past = (0..<n).map { folds[$0] != fold && along[$0] > cut }
        if past.contains(true) { chosen[fold] = past }
      }
    }
    return shares(chosen)
  }

  /// The most answers whose inner products are held.
  private static let mostProducts = 400

  private static func shares(_ chosen: [[Bool]]) -> Matrix {
    let weights = chosen.map { own -> [Double] in
      let share = 1 / Double(own.count { $0 })
      return own.map { $0 ? share : 0 }
    }
    return Matrix(weights, columns: chosen[0].count)
  }
}
