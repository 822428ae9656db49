internal import LinearAlgebra
internal import Statistics

/// One bootstrap sample of the roles of a `ComparedSpace`: the roles that are in it, once each, with weights.
struct RoleSample {
  /// How often each role is in it; shape (R).
  let counts: [Double]
  /// The number of roles drawn, copies counted.
  let total: Double
  /// The roles that are in it.
  let members: [Int]
  /// How often each member is in it; shape (m).
  let weights: [Double]
  /// The square roots of these.
  let roots: [Double]

  init(counts: [Double]) {
    self.counts = counts
    total = counts.reduce(0, +)
    members = counts.indices.filter { counts[$0] > 0 }
    weights = members.map { counts[$0] }
    roots = weights.map { $0.squareRoot() }
  }

  /// The mean over the sample of a number of each role.
  func mean(_ values: [Double]) -> Double { dotProduct(counts, values) / total }

  /// √wᵢ (yᵢ − their mean over the sample) of the members, of rows `y` of all roles; shape (m, columns of y).
  func centred(_ y: Matrix) -> Matrix {
    var mean = [Double](repeating: 0, count: y.columns)
    for (member, weight) in zip(members, weights) {
      for (column, value) in y.row(member).enumerated() { mean[column] += weight * value }
    }
    for column in mean.indices { mean[column] /= total }
    var elements: [Double] = []
    elements.reserveCapacity(members.count * y.columns)
    for (member, root) in zip(members, roots) {
      for (value, centre) in zip(y.row(member), mean) { elements.append(root * (value - centre)) }
    }
    return Matrix(rows: members.count, columns: y.columns, elements: elements)
  }
}

/// The fit of one space to a bootstrap sample of its roles, with the default as it is.
///
/// The sample's mean is m = Σ wᵢ zᵢ / N, with z the roles less the mean of all; its axis is axis − m, and its components are those of
/// the weighted roles about m, found on the side of the roles: component j is Σ cⱼᵢ (zᵢ − m).
struct SampledSpace {
  /// The axis position of every role of the full set; shape (R).
  let positions: [Double]
  /// m · zᵢ for every role; shape (R).
  let meanProducts: [Double]
  /// m · m.
  let meanSquare: Double
  /// m · axis.
  let meanAlong: Double
  /// The squared length of axis − m.
  let axisSquare: Double
  /// (zᵢ − m) · (zⱼ − m) of the members.
  let kernel: PairProducts
  /// √wᵢ (zᵢ − m) of the members in an orthonormal basis of what the roles span; shape (m, rank).
  let coordinates: Matrix
  /// cⱼᵢ, one component a row, the default's score not negative.
  let combinations: [[Double]]
  /// The cosine of each member with each component.
  let loadings: [[Double]]
  /// For each of the full set's first components, the sample's that is it, and whether it points the other way.
  let tracked: [(component: Int, sign: Double)]

  /// More components than are compared, so that one which falls in rank in a sample is still found.
  private static let spare = 3

  /// - Throws: `LinearAlgebraError`.
  init(of space: ComparedSpace, _ sample: RoleSample) throws {
    let (count, members, roots) = (space.count, sample.members, sample.roots)
    let size = members.count
    let own = try space.gram.times(sample.counts).map { $0 / sample.total }
    let meanSquare = sample.mean(own)
    let meanAlong = sample.mean(space.axisProducts)
    let square = space.axisSquare - 2 * meanAlong + meanSquare
    (meanProducts, self.meanSquare, self.meanAlong, axisSquare) = (own, meanSquare, meanAlong, square)
    // (zᵢ − m) · (axis − m)
    var along = [Double](repeating: 0, count: count)
    for i in 0..<count { along[i] = space.axisProducts[i] - own[i] - meanAlong + meanSquare }
    positions = along.map { square > 0 ? $0 / square : .nan }
    let kernel = PairProducts(space.gram.elements, of: members, mean: own, meanSquare: meanSquare)
    self.kernel = kernel
    coordinates = sample.centred(space.components.scores)
    let system = try Self.leading(coordinates, kernel, roots)
    // About the mean there is one dimension less than there are members.
    let rank = numericalRank(ofEigenvalues: system.values, order: size, atMost: size - 1)
    var (combinations, loadings) = ([[Double]](), [[Double]]())
    for j in 0..<min(rank, ComparedSpace.matched + Self.spare) {
      let (vector, scale) = (Array(system.vectors.row(j)), system.values[j].squareRoot())
      var combination = [Double](repeating: 0, count: size)
      var score = 0.0
      for p in 0..<size {
        combination[p] = vector[p] * roots[p] / scale
        score += combination[p] * along[members[p]]
      }
      let sign = score < 0 ? -1.0 : 1.0
      var loading = combination
      for p in 0..<size {
        combination[p] *= sign
        loading[p] = sign * scale * vector[p] / roots[p] / kernel.squares[p].squareRoot()
      }
      combinations.append(combination)
      loadings.append(loading)
    }
    (self.combinations, self.loadings) = (combinations, loadings)
    tracked = Self.tracked(space, sample, combinations)
  }

  /// The first eigenvalues, and their vectors of unit length, of the kernel times √wᵢ √wⱼ, which is the product of `coordinates` with
  /// themselves: found on the side of the roles or of the dimensions, whichever are fewer.
  private static func leading(
    _ coordinates: Matrix, _ kernel: PairProducts, _ roots: [Double]
  ) throws -> (values: [Double], vectors: Matrix) {
    let size = roots.count
    let wanted = min(ComparedSpace.matched + Self.spare, size)
    guard coordinates.columns < size else {
      let weighted = Matrix(rows: size, columns: size, elements: kernel.matrix(times: roots))
      let system = try SymmetricEigensystem(leading: wanted, of: weighted)
      return (system.values, system.vectors)
    }
    if coordinates.columns == 0 { return ([], Matrix([], columns: size)) }
    let system = try SymmetricEigensystem(
      leading: min(wanted, coordinates.columns), of: try coordinates.gramOfColumns())
    var vectors = try system.vectors.times(coordinates.transposed())
    for j in 0..<vectors.rows where system.values[j] > 0 {
      vectors.scaleRow(j, by: 1 / system.values[j].squareRoot())
    }
    return (system.values, vectors)
  }

  /// The components of the full set among those of the sample: the assignment for which the sum of |cos| is largest (alignment
  /// by reordering and reflection, as in Milan & Whittaker, Applied Statistics 44, 1995); none if the sample has too few.
  private static func tracked(
    _ space: ComparedSpace, _ sample: RoleSample, _ combinations: [[Double]]
  ) -> [(component: Int, sign: Double)] {
    let (count, columns) = (space.loadings.count, space.components.scores.columns)
    guard combinations.count >= count else { return [] }
    let scores = space.components.scores.elements
    var overlaps = [Double](repeating: 0, count: count * combinations.count)
    for f in 0..<count {
      // component · full component, in which m drops out as Σ cᵢ (zᵢ − m) · f.
      var mean = 0.0
      for p in sample.members.indices { mean += sample.weights[p] * scores[sample.members[p] * columns + f] }
      mean /= sample.total
      for j in combinations.indices {
        var sum = 0.0
        for p in sample.members.indices {
          sum += combinations[j][p] * (scores[sample.members[p] * columns + f] - mean)
        }
        overlaps[f * combinations.count + j] = sum
      }
    }
    let assignment = largestAssignment(
      Matrix(rows: count, columns: combinations.count, elements: overlaps.map { abs($0) }))
    return assignment.enumerated().map { f, j in (j, overlaps[f * combinations.count + j] < 0 ? -1 : 1) }
  }
}
