internal import LinearAlgebra
internal import Statistics

/// What chance makes of the measures of a comparison.
///
/// Roles are paired at random: each role of the first space with another of the second. What does not depend on how roles are paired is
/// judged by other draws: the axes and the spans of components by pairing the dimensions at random, which keeps massive ones as
/// massive as they are; the default's shift by those of the roles, each in its place. The mean role's shift has no such
/// counterpart.
public struct PermutedComparison: Sendable {
  private let comparison: SpaceComparison
  /// Ranks of positions, standardised loadings: correlations are then sums of products.
  private let ranksA, ranksB: [Double]
  private let loadingsA, loadingsB: [[Double]]
  /// Of pairs of roles the standardised rank of their cosine, so that the sum of products over pairs is the rank correlation, and their
  /// inner product.
  private let pairs: ReorderedPairs
  private let alignment: (aa: DependenceSums, bb: DependenceSums)
  private let rowsA, rowsB: [Double]
  private let shared: Shared?
  private let seed: UInt64

  /// What is needed of spaces with shared dimensions.
  private struct Shared: Sendable {
    let axisA, axisB: [Double]
    let directionsA, directionsB: Matrix
    /// The roles of A in an orthonormal basis of their span, transposed, and those of B.
    let coordinatesA, coordinatesB: Matrix
    let sizeA, sizeB: Double
    let cross: [Double]
  }

  /// The random pairings.
  public static let draws = 999
  /// Those for which the best rotation is sought: each takes an eigenproblem of the order of their span.
  public static let procrustesDraws = 199

  /// Of `comparison`, with draws by `seed`.
  public init(_ comparison: SpaceComparison, seed: UInt64) {
    let (a, b) = (comparison.a, comparison.b)
    (self.comparison, self.seed) = (comparison, seed)
    ranksA = standardized(midranks(of: a.positions))
    ranksB = standardized(midranks(of: b.positions))
    loadingsA = a.loadings.map(standardized)
    loadingsB = b.loadings.map(standardized)
    let ones = [Double](repeating: 1, count: a.count)
    let (gramA, gramB) = (a.gram.elements, b.gram.elements)
    let (productsA, productsB) = (PairProducts(gramA, count: a.count), PairProducts(gramB, count: b.count))
    pairs = ReorderedPairs(Self.rankedPairs(productsA), Self.rankedPairs(productsB), count: a.count)
    let sums = DependenceSums.all(productsA, productsB, ones)
    alignment = (sums.aa, sums.bb)
    // About the mean, the sum of a row without its diagonal is the diagonal's negative, up to rounding.
    rowsA = (0..<a.count).map { i in -gramA[i * a.count + i] }
    rowsB = (0..<b.count).map { i in -gramB[i * b.count + i] }
    shared = comparison.shared.map { shared in
      // Dimensions that both dropped, in which all directions are 0, are none in which they could point.
      let kept = a.axis.unit.indices.filter { a.isKept[$0] || b.isKept[$0] }
      return Shared(
        axisA: kept.map { a.axis.unit[$0] }, axisB: kept.map { b.axis.unit[$0] },
        directionsA: SharedDimensions.leadingDirections(a).selectingColumns(kept),
        directionsB: SharedDimensions.leadingDirections(b).selectingColumns(kept),
        coordinatesA: a.components.scores.transposed(), coordinatesB: b.components.scores,
        sizeA: euclideanNorm(a.centred.elements), sizeB: euclideanNorm(b.centred.elements),
        cross: shared.cross.elements)
    }
  }

  /// The standardised rank of the cosine of each pair, and its inner product.
  private static func rankedPairs(_ products: PairProducts) -> [SIMD2<Double>] {
    let cosines = products.cosines
    let ranks = standardized(midranks(of: cosines, weights: [Double](repeating: 1, count: cosines.count)))
    return zip(ranks, products.pairs).map { SIMD2($0, $1) }
  }

  /// The values of the measures for the draws `range`; NaN where a draw does not bear on one.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func values(_ range: Range<Int>) throws -> [[Double]] {
    var (orders, generators) = ([[Int]](), [SeededGenerator]())
    for draw in range {
      var generator = SeededGenerator(seed: seed, purpose: .pairedRoles, index: UInt64(draw))
      orders.append(Array(0..<comparison.a.count).shuffled(using: &generator))
      generators.append(generator)
    }
    let sums = pairs.sums(orders)
    return try range.enumerated().map { place, draw in
      let order = orders[place]
      let (similarity, kernels) = (sums[place][0], 2 * sums[place][1])
      let alignment = aligned(order, kernels: kernels)
      let matched = matchedLoadings(order)
      let together = try self.together(order, draw, &generators[place])
      return comparison.measures.map { measure -> Double in
        let i = (measure.index ?? 1) - 1
        switch measure.kind {
        case .positionSpearman: return permutedProduct(ranksA, ranksB, order)
        case .loadingPearson:
          return i < min(loadingsA.count, loadingsB.count) ? permutedProduct(loadingsA[i], loadingsB[i], order) : .nan
        case .matchedLoadingPearson: return i < matched.count ? matched[i] : .nan
        case .alignment: return alignment.plain
        case .debiasedAlignment: return alignment.debiased
        case .similaritySpearman: return similarity
        default: return together[measure] ?? .nan
        }
      }
    }
  }

  /// The loadings, matched as the comparison matches them: the best of several chance correlations.
  private func matchedLoadings(_ order: [Int]) -> [Double] {
    var correlations: [Double] = []
    for x in loadingsA { for y in loadingsB { correlations.append(permutedProduct(x, y, order)) } }
    let matching = SpaceComparison.matching(correlations, loadingsA.count, loadingsB.count)
    return matching.enumerated().map { i, j in correlations[i * loadingsB.count + j] }
  }

  /// Kernel alignment where the sum over pairs of different roles, both ways, of products of inner products is `kernels`.
  private func aligned(_ order: [Int], kernels: Double) -> (plain: Double, debiased: Double) {
    let count = order.count
    let (gramA, gramB) = (comparison.a.gram.elements, comparison.b.gram.elements)
    var (diagonal, rows) = (0.0, 0.0)
    for i in 0..<count {
      diagonal += gramA[i * count + i] * gramB[order[i] * count + order[i]]
      rows += rowsA[i] * rowsB[order[i]]
    }
    let all = rowsA.reduce(0, +) * rowsB.reduce(0, +)
    let numbers = TupleWeights([Double](repeating: 1, count: count))
    let debiased =
      kernels / numbers.pairs - 2 * (rows - kernels) / numbers.triples
      + (all - 4 * rows + 2 * kernels) / numbers.quadruples
    return (
      KernelAlignment.ratio(diagonal + kernels, alignment.aa.all, alignment.bb.all),
      KernelAlignment.ratio(debiased, alignment.aa.debiased, alignment.bb.debiased)
    )
  }

  private func together(
    _ order: [Int], _ draw: Int, _ generator: inout SeededGenerator
  ) throws -> [ComparisonMeasure: Double] {
    guard let shared else { return [:] }
    var values: [ComparisonMeasure: Double] = [:]
    func set(_ kind: ComparisonMeasure.Kind, _ value: Double) { values[.init(kind: kind, index: nil)] = value }
    var dimensions = Array(shared.axisB.indices)
    dimensions.shuffle(using: &generator)
    set(.axisCosine, permutedProduct(shared.axisA, shared.axisB, dimensions))
    let directions = shared.directionsB.elements
    var permuted = directions
    for row in 0..<shared.directionsB.rows {
      let start = row * dimensions.count
      for j in dimensions.indices { permuted[start + j] = directions[start + dimensions[j]] }
    }
    let turned = Matrix(rows: shared.directionsB.rows, columns: dimensions.count, elements: permuted)
    for (i, cosine) in try SharedDimensions.principalCosines(of: shared.directionsA, turned).enumerated() {
      values[.init(kind: .principalCosine, index: i + 1)] = cosine
    }
    let (count, sizeA, sizeB) = (order.count, shared.sizeA, shared.sizeB)
    var traces = 0.0
    for i in 0..<count { traces += shared.cross[i * count + order[i]] }
    set(.identityResidual, (max(0, sizeA * sizeA + sizeB * sizeB - 2 * traces)).squareRoot() / sizeB)
    guard draw < Self.procrustesDraws else { return values }
    let sum = try sumOfSingularValues(of: try shared.coordinatesA.times(shared.coordinatesB.selectingRows(order)))
    set(.procrustesCosine, min(sum / (sizeA * sizeB), 1))
    set(.procrustesResidual, (max(0, sizeA * sizeA + sizeB * sizeB - 2 * sum)).squareRoot() / sizeB)
    return values
  }

  /// The roles' own shifts, along the axis of the first space and off it, in lengths of it: what the default's is judged by.
  public func roleShifts() -> (along: [Double], off: [Double]) {
    let (a, b) = (comparison.a, comparison.b)
    let shift = difference(b.components.mean, a.components.mean)
    var (along, off) = ([Double](), [Double]())
    for role in 0..<a.count {
      var moved = difference(b.centred.row(role), Array(a.centred.row(role)))
      for j in moved.indices { moved[j] += shift[j] }
      let parts = SharedDimensions.split(moved, a.axis)
      along.append(parts.along)
      off.append(parts.off)
    }
    return (along, off)
  }
}

/// `values` about their mean, at unit length; all NaN if they do not differ.
private func standardized(_ values: [Double]) -> [Double] {
  let centre = mean(of: values)
  let centred = values.map { $0 - centre }
  let norm = euclideanNorm(centred)
  return centred.map { norm > 0 ? $0 / norm : .nan }
}

/// Σ xᵢ yₚ₍ᵢ₎.
private func permutedProduct(_ x: [Double], _ y: [Double], _ order: [Int]) -> Double {
  var sum = 0.0
  for i in x.indices { sum += x[i] * y[order[i]] }
  return sum
}
