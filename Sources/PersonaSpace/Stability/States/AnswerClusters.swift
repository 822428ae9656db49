internal import LinearAlgebra
internal import Statistics

/// Two groups of a persona's answers along the direction in which they differ most, whether or not it is the way from the default.
///
/// A persona that is resisted in most of its answers, and whose prompt moves those too, has a way that both groups have in common:
/// along it all may pass for one state that is clear of the default. Where answers fall into two groups, that is not told.
struct AnswerClusters: Sendable {
  /// The distance of the groups' means in standard deviations within them.
  let separation: Double
  /// The share of the answers in the group that is nearer to the default.
  let nearerShare: Double
  /// The cosine of the direction with the way from the default, in 0…1.
  let alignment: Double

  /// From where on two groups are taken for two: halves of normal answers are 2.65 apart, of uniform ones 3.46.
  private static let leastSeparation = 4.0
  /// Of a direction that has less in common with the way, the groups are no matter of more or less of the persona.
  private static let leastAlignment = 0.3
  /// The least share of the answers in either group, and the fewest answers.
  private static let leastShare = 0.1, leastAnswers = 3

  /// - Parameters:
  ///   - gram: the inner products of the answers, less the default's mean answer to the same question; shape (n, n).
  ///   - places: the place of each on the way; shape (n).
  ///   - distance: the length of the way, in activation units.
  /// - Throws: `LinearAlgebraError` if there is no memory, or the direction is not found.
  init?(gram: Matrix, places: [Double], distance: Double) throws {
    let n = gram.rows
    guard n >= 2 * Self.leastAnswers else { return nil }
    // The first principal component: what is centred at the start stays so, as every product is centred again.
    let start = Self.centred(places)
    guard start.contains(where: { $0 != 0 }) else { return nil }
    let pairs = try LeadingEigenpairs(starts: Matrix([start], columns: n)) { vectors, _ in
      let products = try vectors.times(gram)
      return Matrix((0..<products.rows).map { Self.centred(Array(products.row($0))) }, columns: n)
    }
    guard pairs.values[0] > 0 else { return nil }
    let scores = pairs.vectors.row(0)
    let along = dotProduct(scores, places[...])
    alignment = abs(along) * distance / pairs.values[0].squareRoot()
    let ascending = scores.map { along < 0 ? -$0 : $0 }.sorted()
    guard let split = Self.split(ascending) else { return nil }
    (separation, nearerShare) = split
  }

  /// Whether there are two groups, which differ in how far they go.
  var areTwo: Bool { separation >= Self.leastSeparation && alignment >= Self.leastAlignment }

  private static func centred(_ values: [Double]) -> [Double] {
    let centre = mean(of: values)
    return values.map { $0 - centre }
  }

  /// The cut with the largest sum of squares between both sides (Otsu, IEEE Transactions on Systems, Man, and Cybernetics 9, 1979).
  private static func split(_ sorted: [Double]) -> (separation: Double, nearerShare: Double)? {
    let count = sorted.count
    let least = max(leastAnswers, Int((leastShare * Double(count)).rounded(.up)))
    guard count >= 2 * least else { return nil }
    let total = sorted.reduce(0, +)
    var (best, cut, before, sum) = (-1.0, least, 0.0, 0.0)
    for place in 0..<count - least {
      before += sorted[place]
      let below = place + 1
      guard below >= least else { continue }
      let gap = (total - before) / Double(count - below) - before / Double(below)
      let between = Double(below) * Double(count - below) * gap * gap
      if between > best { (best, cut, sum) = (between, below, before) }
    }
    let (lower, upper) = (sum / Double(cut), (total - sum) / Double(count - cut))
    let within =
      sumOfSquares(Array(sorted[..<cut]), about: lower) + sumOfSquares(Array(sorted[cut...]), about: upper)
    guard within > 0 else { return nil }
    return ((upper - lower) / (within / Double(count - 2)).squareRoot(), Double(cut) / Double(count))
  }
}
