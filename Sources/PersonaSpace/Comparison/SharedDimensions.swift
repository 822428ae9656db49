internal import LinearAlgebra
internal import Statistics

/// The inner products between the vectors of two spaces of the same dimensions, and the measures that rest on them.
struct SharedDimensions: Sendable {
  /// zᴬᵢ · zᴮⱼ of the centred roles; shape (R, R), and transposed.
  let cross, crossTransposed: Matrix
  /// axisᴬ · zᴮᵢ and axisᴮ · zᴬᵢ; shape (R).
  let firstAxisProducts, secondAxisProducts: [Double]
  /// The shift of the mean role δ = meanᴮ − meanᴬ with zᴬᵢ and with zᴮᵢ; shape (R).
  let shiftProductsA, shiftProductsB: [Double]
  /// axisᴬ · axisᴮ, and δ · axisᴬ, δ · axisᴮ, δ · δ.
  let axes, shiftAlongA, shiftAlongB, shiftSquare: Double
  /// s · s and s · axisᴬ of the shift of the default, s.
  let defaultSquare, defaultAlong: Double
  /// s · zᴬᵢ; shape (R).
  let defaultProducts: [Double]

  init(_ a: ComparedSpace, _ b: ComparedSpace) throws {
    let transposed = b.centred.transposed()
    cross = try a.centred.times(transposed)
    crossTransposed = cross.transposed()
    firstAxisProducts = try b.centred.times(a.axis.contrast)
    secondAxisProducts = try a.centred.times(b.axis.contrast)
    let shift = difference(b.components.mean, a.components.mean)
    shiftProductsA = try a.centred.times(shift)
    shiftProductsB = try b.centred.times(shift)
    axes = dotProduct(a.axis.contrast, b.axis.contrast)
    (shiftAlongA, shiftAlongB) = (dotProduct(shift, a.axis.contrast), dotProduct(shift, b.axis.contrast))
    shiftSquare = dotProduct(shift, shift)
    let moved = difference(b.axis.assistant, a.axis.assistant)
    (defaultSquare, defaultAlong) = (dotProduct(moved, moved), dotProduct(moved, a.axis.contrast))
    defaultProducts = try a.centred.times(moved)
  }

  /// The measures of all roles.
  func values(_ a: ComparedSpace, _ b: ComparedSpace) throws -> [ComparisonMeasure: Double] {
    var values: [ComparisonMeasure: Double] = [:]
    func set(_ kind: ComparisonMeasure.Kind, _ value: Double) { values[.init(kind: kind, index: nil)] = value }
    set(.axisCosine, min(max(dotProduct(a.axis.unit, b.axis.unit), -1), 1))
    let cosines = try Self.principalCosines(of: Self.leadingDirections(a), Self.leadingDirections(b))
    for (i, cosine) in cosines.enumerated() { values[.init(kind: .principalCosine, index: i + 1)] = cosine }
    let procrustes = try Procrustes(
      a.centred, b.centred, coordinatesA: a.components.scores, coordinatesB: b.components.scores)
    set(.procrustesCosine, procrustes.cosine)
    set(.procrustesResidual, procrustes.residual)
    set(.identityResidual, procrustes.identityResidual)
    let moved = Self.split(difference(b.axis.assistant, a.axis.assistant), a.axis)
    set(.defaultShiftAlong, moved.along)
    set(.defaultShiftOff, moved.off)
    let shift = Self.split(difference(b.components.mean, a.components.mean), a.axis)
    set(.meanShiftAlong, shift.along)
    set(.meanShiftOff, shift.off)
    return values
  }

  /// The unit directions of the first components as rows.
  static func leadingDirections(_ space: ComparedSpace) -> Matrix {
    space.components.directions.selectingRows(Array(0..<min(ComparedSpace.matched, space.components.directions.rows)))
  }

  /// The cosines of the principal angles between the spans of orthonormal rows, largest first.
  static func principalCosines(of a: Matrix, _ b: Matrix) throws -> [Double] {
    try SingularValueDecomposition(of: a.times(b.transposed())).values.map { min($0, 1) }
  }

  /// A shift along an axis and at right angles to it, in lengths of the axis.
  static func split(_ shift: [Double], _ axis: AssistantAxis) -> (along: Double, off: Double) {
    let along = dotProduct(shift, axis.unit)
    var rest = shift
    for j in rest.indices { rest[j] -= along * axis.unit[j] }
    return (along / axis.norm, euclideanNorm(rest) / axis.norm)
  }
}

extension SharedDimensions {
  /// The measures of a bootstrap sample.
  func values(
    _ a: ComparedSpace, _ b: ComparedSpace, _ first: SampledSpace, _ second: SampledSpace, _ sample: RoleSample
  ) throws -> [ComparisonMeasure: Double] {
    var values: [ComparisonMeasure: Double] = [:]
    func set(_ kind: ComparisonMeasure.Kind, _ value: Double) { values[.init(kind: kind, index: nil)] = value }
    // The means of the sample, mᴬ and mᴮ, with everything.
    let withB = try crossTransposed.times(sample.counts).map { $0 / sample.total }
    let withA = try cross.times(sample.counts).map { $0 / sample.total }
    let means = sample.mean(withA)
    let (firstWithB, secondWithA) = (sample.mean(firstAxisProducts), sample.mean(secondAxisProducts))
    let axesProduct = axes - secondWithA - firstWithB + means
    set(.axisCosine, Self.cosine(axesProduct, first.axisSquare, second.axisSquare))
    let count = min(ComparedSpace.matched, first.combinations.count, second.combinations.count)
    if count > 0 {
      let (x, y) = (
        Self.ofAllRoles(first.combinations.prefix(count), sample),
        Self.ofAllRoles(second.combinations.prefix(count), sample)
      )
      let products = try x.times(cross).times(y.transposed())
      for (i, cosine) in try SingularValueDecomposition(of: products).values.enumerated() {
        values[.init(kind: .principalCosine, index: i + 1)] = min(cosine, 1)
      }
    }
    var (squareA, squareB, traces) = (0.0, 0.0, 0.0)
    for (p, member) in sample.members.enumerated() {
      squareA += sample.weights[p] * first.kernel.squares[p]
      squareB += sample.weights[p] * second.kernel.squares[p]
      traces += sample.weights[p] * (cross[member, member] - withB[member] + (means - withA[member]))
    }
    if squareA > 0, squareB > 0 {
      let sum = try sumOfSingularValues(of: try first.coordinates.transposed().times(second.coordinates))
      set(.procrustesCosine, min(sum / (squareA.squareRoot() * squareB.squareRoot()), 1))
      set(.procrustesResidual, (max(0, squareA + squareB - 2 * sum) / squareB).squareRoot())
      set(.identityResidual, (max(0, squareA + squareB - 2 * traces) / squareB).squareRoot())
    }
    let axisSquare = first.axisSquare
    let moved = defaultAlong - sample.mean(defaultProducts)
    set(.defaultShiftAlong, axisSquare > 0 ? moved / axisSquare : .nan)
    set(.defaultShiftOff, Self.off(square: defaultSquare, along: moved, axisSquare))
    let (shiftA, shiftB) = (sample.mean(shiftProductsA), sample.mean(shiftProductsB))
    // (δ + mᴮ − mᴬ) · (axisᴬ − mᴬ), and its squared length.
    let along = shiftAlongA - shiftA + firstWithB - means - first.meanAlong + first.meanSquare
    let square = shiftSquare + second.meanSquare + first.meanSquare + 2 * (shiftB - shiftA - means)
    set(.meanShiftAlong, axisSquare > 0 ? along / axisSquare : .nan)
    set(.meanShiftOff, Self.off(square: square, along: along, axisSquare))
    return values
  }

  /// Σ cᵢ (zᵢ − m) over the members as a sum over all roles, in which the mean, Σ wᵢ zᵢ / N, is written out: of each of `combinations`
  /// the numbers by which roles are multiplied; shape (combinations, R).
  private static func ofAllRoles(_ combinations: ArraySlice<[Double]>, _ sample: RoleSample) -> Matrix {
    let lists = combinations.map { own in
      let share = own.reduce(0, +) / sample.total
      var all = sample.counts.map { -share * $0 }
      for (p, member) in sample.members.enumerated() { all[member] += own[p] }
      return all
    }
    return Matrix(lists, columns: sample.counts.count)
  }

  private static func cosine(_ product: Double, _ squareA: Double, _ squareB: Double) -> Double {
    guard squareA > 0, squareB > 0 else { return .nan }
    return min(max(product / (squareA.squareRoot() * squareB.squareRoot()), -1), 1)
  }

  /// The length beside an axis, in lengths of it, of a vector of squared length `square` whose product with the axis is `along`.
  private static func off(square: Double, along: Double, _ axisSquare: Double) -> Double {
    guard axisSquare > 0 else { return .nan }
    return (max(0, square - along * along / axisSquare) / axisSquare).squareRoot()
  }
}
