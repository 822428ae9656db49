public import LinearAlgebra
internal import Statistics

/// The principal components of role vectors: centred on their mean, not scaled.
///
/// The decomposition is taken on the small side: of the Gram matrix of the rows where there are fewer rows than
/// dimensions (Jolliffe, Principal Component Analysis, 2002, section 3.5), of the Gram matrix of the columns
/// otherwise.
public struct PrincipalComponents: Sendable {
  /// The mean row; shape (d).
  public let mean: [Double]
  /// The variance along each component, in squared activation units, divisor n − 1, largest first: all
  /// min(n − 1, d) of them. Values that rounding alone can produce are 0. Component j is known to a relative error of
  /// about ε · variance₁ / varianceⱼ, and so are its direction and scores.
  public let variance: [Double]
  /// The unit directions of the first K components as rows; shape (K, d).
  ///
  /// Oriented so that the score of the reference point is not negative; without one, so that the element of largest
  /// magnitude is positive.
  public let directions: Matrix
  /// The rows' coordinates on the first K components; shape (n, K), activation units.
  public let scores: Matrix
  /// The reference point's coordinates on all components, NaN where a component has no variance and so no
  /// direction; nil without a reference point.
  public let referenceScores: [Double]?

  /// The share of the total variance on each component.
  public var varianceRatio: [Double] {
    let total = variance.reduce(0, +)
    return variance.map { $0 / total }
  }

  /// The share of the total variance on each component and those before it.
  public var cumulativeRatio: [Double] {
    var sum = 0.0
    return varianceRatio.map {
      sum += $0
      return sum
    }
  }

  /// The least number of components that hold the share `share` of the variance.
  public func count(forVariance share: Double) -> Int {
    // The slack admits a cumulative sum that rounding left just below the share.
    (cumulativeRatio.firstIndex { $0 >= share - 1e-12 } ?? variance.count - 1) + 1
  }

  /// Decomposes the rows of `rows`, shape (n, d).
  ///
  /// - Parameters:
  ///   - rows: one vector a row, at least two, finite.
  ///   - count: how many components to keep directions and scores of; as many as have variance, at most.
  ///   - reference: the point that orients the components: the default Assistant; shape (d).
  /// - Throws: `SpaceFault` if there are under two rows, all are equal, or values are too large or small for doubles; `LinearAlgebraError` if a value is not
  ///   finite or the eigensolver fails.
  /// - Complexity: O(m² M + m³), m = min(n, d), M = max(n, d).
  public init(of rows: Matrix, keeping count: Int, orientedBy reference: [Double]? = nil) throws {
    guard rows.rows >= 2 else { throw SpaceFault.tooFewRoles(rows.rows) }
    try rows.requireFinite()
    let mean = rows.columnMeans()
    let centred = rows.subtractingFromRows(mean)
    try SpaceFault.checkMagnitude(rows.largestMagnitude)
    try SpaceFault.checkMagnitude(centred.largestMagnitude)
    let offset = reference.map { difference($0, mean) }
    let usesRows = rows.rows <= rows.columns
    let system = try SymmetricEigensystem(of: usesRows ? centred.gramOfRows() : centred.gramOfColumns())
    let limit = min(rows.rows - 1, rows.columns)
    let rank = numericalRank(ofEigenvalues: system.values, order: system.values.count, atMost: limit)
    guard rank > 0 else { throw SpaceFault.noVariance }
    self.mean = mean
    variance = (0..<limit).map { $0 < rank ? system.values[$0] / Double(rows.rows - 1) : 0 }

    // On the side of the rows, component j is Xcᵀ uⱼ / sⱼ, and the score of a point p is uⱼ · (Xc p) / sⱼ;
    // `own` are those of the reference.
    let kept = min(max(count, 0), rank)
    var directions = system.vectors.selectingRows(Array(0..<kept))
    var own = try offset.map { usesRows ? try system.vectors.times(centred.times($0)) : try system.vectors.times($0) }
    if usesRows {
      directions = try directions.times(centred)
      for j in 0..<kept { directions.scaleRow(j, by: 1 / system.values[j].squareRoot()) }
      own = own.map { own in (0..<limit).map { own[$0] / max(system.values[$0], 0).squareRoot() } }
    }
    for j in 0..<kept {
      let isReversed =
        if let own { own[j] < 0 } else { (directions.row(j).max { abs($0) < abs($1) } ?? 0) < 0 }
      if isReversed { directions.scaleRow(j, by: -1) }
    }
    self.directions = directions
    referenceScores = own.map { own in (0..<limit).map { $0 < rank ? abs(own[$0]) : .nan } }
    scores = try centred.times(directions.transposed())
  }
}
