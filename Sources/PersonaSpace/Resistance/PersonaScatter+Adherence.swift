public import LinearAlgebra

/// What adherence, resistance and instability there are of one persona in one layer, on the axis and in the full space.
public struct PersonaReading: Sendable {
  /// In the full space; nil if the target is the default.
  public let full: PersonaAdherence?
  /// Along the axis; nil if the target cannot be told from the default along it.
  public let axis: PersonaAdherence?
  /// |target − default|, in activation units.
  public let distance: Double
  /// The axis position of the target, and of the mean response.
  public let targetPosition, position: Double
  /// The root mean square distance of the responses from their mean, in units of `distance`; NaN of one response.
  public let spread: Double
  /// What share of the squared distance between target and default is not the noise of a mean of few responses; nil for a
  /// target of other origin.
  public let reliability: Double?
}

extension PersonaScatter {
  /// Reads adherence off the responses.
  ///
  /// - Parameters:
  ///   - isMember: which of the responses are in the target; all false for a target of other origin.
  ///   - weights: how often each cluster is in each bootstrap sample; nil for no intervals.
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func reading(isMember: [Bool], weights: Matrix?, cutoffs: Quadrant.Cutoffs) throws -> PersonaReading {
    precondition(hasTarget && isMember.count == count, "a target, and a word for each response")
    let members = isMember.count(where: \.self)
    let squared = dotProduct(target, target)
    let (gapSquared, gapAlong, gapMean) = (
      dotProduct(gap, gap), dotProduct(gap, target), dotProduct(gap, fromDefault)
    )
    // e = d + g.
    let along = alongTarget.map { $0 + gapAlong }
    let lengths = squares.indices.map { squares[$0] + 2 * alongGap[$0] + gapSquared }
    let pull = alongMean.map { $0 + gapMean }
    var noise = 0.0
    for i in isMember.indices where isMember[i] { noise += lengths[i] }
    noise = members > 1 ? noise / Double(members - 1) : 0
    // A target nearer to the default than rounding can tell has no direction.
    let rounding = 16 * Double.ulpOfOne * euclideanNorm(frame.axis.assistant)
    let full =
      try squared.squareRoot() <= rounding
      ? nil
      : adherence(
        squared: squared, along: along, lengths: lengths, pull: pull, isMember: isMember, weights: weights,
        cutoffs: cutoffs)
    // The same with everything taken along the axis alone, in units of its length: a number is a vector of one dimension.
    let place = dotProduct(target, frame.axis.unit) / frame.axis.norm
    let gapPlace = dotProduct(gap, frame.axis.unit) / frame.axis.norm
    let meanPlace = dotProduct(fromDefault, frame.axis.unit) / frame.axis.norm
    let steps = numbers[0].map { $0 + gapPlace }
    let isTold =
      abs(place) * frame.axis.norm > rounding && isBeyondNoise(place, steps, isMember: isMember)
    let axis =
      isTold
      ? try adherence(
        squared: place * place, along: steps.map { $0 * place }, lengths: steps.map { $0 * $0 },
        pull: steps.map { $0 * meanPlace }, isMember: isMember, weights: weights, cutoffs: cutoffs) : nil
    let within = squares.reduce(0, +)
    return PersonaReading(
      full: full, axis: axis, distance: squared.squareRoot(), targetPosition: 1 + place, position: 1 + meanPlace,
      spread: count > 1 ? (within / Double(count - 1)).squareRoot() / squared.squareRoot() : .nan,
      reliability: members > 1 ? 1 - noise / Double(members) / squared : nil)
  }

  private func adherence(
    squared: Double, along: [Double], lengths: [Double], pull: [Double], isMember: [Bool], weights: Matrix?,
    cutoffs: Quadrant.Cutoffs
  ) throws -> PersonaAdherence {
    let measure = Adherence(squaredDistance: squared, members: isMember.count(where: \.self))
    let values = along.indices.map { measure(along: along[$0], squared: lengths[$0], isMember: isMember[$0]) }
    return try PersonaAdherence(
      of: .init(
        adherences: values, clusters: layout.clusters, isMember: isMember, alongTarget: along.map { $0 / squared },
        alongMean: pull.map { $0 / squared }, lengths: lengths.map { $0 / squared }), weights: weights, cutoffs: cutoffs
    )
  }

  /// Whether the target's way along the axis is at least twice its standard error, or, for a target of other origin, that of
  /// the mean of the responses: a share of a way that may be none says nothing.
  private func isBeyondNoise(_ place: Double, _ steps: [Double], isMember: [Bool]) -> Bool {
    let hasMembers = isMember.contains(true)
    let values = steps.indices.filter { !hasMembers || isMember[$0] }.map { steps[$0] }
    guard values.count > 1 else { return false }
    let average = mean(of: values)
    let variance = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(values.count - 1)
    return abs(place) > 2 * (variance / Double(values.count)).squareRoot()
  }
}
