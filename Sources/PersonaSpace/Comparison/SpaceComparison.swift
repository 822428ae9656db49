internal import LinearAlgebra
public import Statistics

/// The comparison of two persona spaces over the roles that they have in common: every measure, and what samples and
/// permutations of the roles make of it.
public struct SpaceComparison: Sendable {
  /// What is measured.
  public let measures: [ComparisonMeasure]
  /// The value of each measure; NaN where it is not defined.
  public let values: [Double]
  /// For each of the first components of the first space the component of the second that matches it, from 0.
  public let matching: [Int]
  /// The spaces.
  public let a, b: ComparedSpace
  /// What is known where dimension j is the same thing in both; nil otherwise.
  let shared: SharedDimensions?

  /// Compares `a` with `b`, whose roles correspond row by row.
  ///
  /// - Parameter sharedDimensions: whether dimension j is the same thing in both, so that directions can be compared.
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(R² log R), with shared dimensions O(R² d + R³).
  public init(_ a: ComparedSpace, _ b: ComparedSpace, sharedDimensions: Bool) throws {
    precondition(a.count == b.count, "roles that do not correspond")
    precondition(!sharedDimensions || a.centred.columns == b.centred.columns, "hidden sizes differ")
    (self.a, self.b) = (a, b)
    measures = ComparisonMeasure.all(sharedDimensions: sharedDimensions)
    shared = sharedDimensions ? try SharedDimensions(a, b) : nil
    let correlations = Self.correlations(a.loadings, b.loadings)
    matching = Self.matching(correlations, a.loadings.count, b.loadings.count)
    let weights = [Double](repeating: 1, count: a.count)
    let (productsA, productsB) = (
      PairProducts(a.gram.elements, count: a.count), PairProducts(b.gram.elements, count: b.count)
    )
    let alignment = KernelAlignment(productsA, productsB, weights: weights)
    let similarity = spearmanCorrelation(productsA.cosines, productsB.cosines, weights: pairWeights(weights))
    let together = try shared?.values(a, b)
    let columns = b.loadings.count
    values = measures.map { [matching] measure in
      let i = (measure.index ?? 1) - 1
      switch measure.kind {
      case .positionSpearman: return spearmanCorrelation(a.positions, b.positions)
      case .loadingPearson:
        return i < min(a.loadings.count, columns) ? correlations[i * columns + i] : .nan
      case .matchedLoadingPearson: return i < matching.count ? correlations[i * columns + matching[i]] : .nan
      case .alignment: return alignment.plain
      case .debiasedAlignment: return alignment.debiased
      case .similaritySpearman: return similarity
      default: return together?[measure] ?? .nan
      }
    }
  }

  /// The correlation of every list of `a` with every one of `b`, row by row.
  static func correlations(_ a: [[Double]], _ b: [[Double]]) -> [Double] {
    a.flatMap { x in b.map { y in pearsonCorrelation(x, y) } }
  }

  /// The partner of each row of |`correlations`|, of which those that are not defined count as 0; none if the rows are more than the
  /// columns.
  static func matching(_ correlations: [Double], _ rows: Int, _ columns: Int) -> [Int] {
    guard rows > 0, rows <= columns else { return [] }
    return largestAssignment(
      Matrix(rows: rows, columns: columns, elements: correlations.map { $0.isNaN ? 0 : abs($0) }))
  }
}

/// What one bootstrap sample of the roles makes of a comparison.
public struct ComparisonReplicate: Sendable {
  /// The value of each measure; NaN where the sample has none.
  public let values: [Double]
  /// The change of each role's axis position from the first space to the second.
  public let changes: [Double]
}

extension SpaceComparison {
  /// The bootstrap samples `range` of `resamples`.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func replicates(_ range: Range<Int>, of resamples: Resamples) throws -> [ComparisonReplicate] {
    try range.map { try replicate(RoleSample(counts: resamples.counts($0))) }
  }

  private func replicate(_ sample: RoleSample) throws -> ComparisonReplicate {
    let (count, size, weights) = (a.count, sample.members.count, sample.weights)
    // Three roles span no more than a plane, on which all agree too well.
    guard size >= 3 else {
      return ComparisonReplicate(
        values: measures.map { _ in .nan }, changes: [Double](repeating: .nan, count: count))
    }
    let first = try SampledSpace(of: a, sample)
    let second = try SampledSpace(of: b, sample)
    let (kernelA, kernelB) = (first.kernel, second.kernel)
    let alignment = KernelAlignment(kernelA, kernelB, weights: weights)
    let similarity = spearmanCorrelation(kernelA.cosines, kernelB.cosines, weights: pairWeights(weights))
    let (positionsA, positionsB) = (
      sample.members.map { first.positions[$0] }, sample.members.map { second.positions[$0] }
    )
    let together = try shared?.values(a, b, first, second, sample)
    let values = measures.map { measure -> Double in
      let i = (measure.index ?? 1) - 1
      switch measure.kind {
      case .positionSpearman: return spearmanCorrelation(positionsA, positionsB, weights: weights)
      case .loadingPearson:
        guard i < min(first.loadings.count, second.loadings.count) else { return .nan }
        return pearsonCorrelation(first.loadings[i], second.loadings[i], weights: weights)
      case .matchedLoadingPearson:
        guard i < matching.count, i < first.tracked.count, matching[i] < second.tracked.count else { return .nan }
        let (x, y) = (first.tracked[i], second.tracked[matching[i]])
        return x.sign * y.sign
          * pearsonCorrelation(first.loadings[x.component], second.loadings[y.component], weights: weights)
      case .alignment: return alignment.plain
      case .debiasedAlignment: return alignment.debiased
      case .similaritySpearman: return similarity
      default: return together?[measure] ?? .nan
      }
    }
    var changes = second.positions
    for role in 0..<count { changes[role] -= first.positions[role] }
    return ComparisonReplicate(values: values, changes: changes)
  }
}
