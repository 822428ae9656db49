public import LinearAlgebra
internal import Statistics

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

  /// Below this more than half of the squared distance from the default is noise, and readings against it are of no account.
  public static let leastReliability = 0.5
  /// Whether the target is known, and hardly told from the default.
  public var isHardlyReliable: Bool { reliability.map { $0 < Self.leastReliability } ?? false }
}

/// The products that adherence takes along one way from the default to a target.
private struct TargetWay {
  /// w · w.
  let squared: Double
  /// e · w, e · e and e · ū of each response.
  let along, lengths, pull: [Double]

  func adherences(_ isMember: [Bool]) -> [Double] {
    let measure = Adherence(squaredDistance: squared, members: isMember.count(where: \.self))
    return along.indices.map { measure(along: along[$0], squared: lengths[$0], isMember: isMember[$0]) }
  }
}

extension PersonaScatter {
  /// The adherence of each response, in the full space and along the axis, and its axis position.
  public struct Scores: Sendable {
    /// Nil if the target is the default; of `axis`, if the two cannot be told apart along it.
    public let full, axis: [Double]?
    /// In axis position.
    public let positions: [Double]
  }

  /// Scores each response; `isMember` says which are in the target, none for a target of other origin.
  public func scores(isMember: [Bool]) -> Scores {
    let place = 1 + dotProduct(fromDefault, frame.axis.unit) / frame.axis.norm
    return Scores(
      full: fullWay?.adherences(isMember), axis: axisWay(isMember)?.adherences(isMember),
      positions: numbers[0].map { place + $0 })
  }

  /// Reads adherence off the responses.
  ///
  /// - Parameters:
  ///   - isMember: which of the responses are in the target; all false for a target of other origin.
  ///   - weights: how often each cluster is in each bootstrap sample; nil for no intervals.
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func reading(isMember: [Bool], weights: Matrix?, cutoffs: Quadrant.Cutoffs) throws -> PersonaReading {
    precondition(hasTarget && isMember.count == count, "a target, and a word for each response")
    let members = Double(isMember.count(where: \.self))
    let squared = dotProduct(target, target)
    func adherence(_ way: TargetWay?) throws -> PersonaAdherence? {
      try way.map { way in
        try PersonaAdherence(
          of: .init(
            adherences: way.adherences(isMember), clusters: layout.clusters, isMember: isMember,
            alongTarget: way.along.map { $0 / way.squared }, alongMean: way.pull.map { $0 / way.squared },
            lengths: way.lengths.map { $0 / way.squared }), weights: weights, cutoffs: cutoffs)
      }
    }
    let full = fullWay
    var noise = 0.0
    for (index, length) in (full?.lengths ?? []).enumerated() where isMember[index] { noise += length }
    noise = members > 1 ? noise / (members - 1) / members : 0
    let within = squares.reduce(0, +)
    return PersonaReading(
      full: try adherence(full), axis: try adherence(axisWay(isMember)), distance: squared.squareRoot(),
      targetPosition: 1 + dotProduct(target, frame.axis.unit) / frame.axis.norm,
      position: 1 + dotProduct(fromDefault, frame.axis.unit) / frame.axis.norm,
      spread: count > 1 ? (within / Double(count - 1)).squareRoot() / squared.squareRoot() : .nan,
      reliability: members > 1 ? 1 - noise / squared : nil)
  }

  /// A target nearer to the default than rounding can tell has no direction.
  private var rounding: Double { 16 * Double.ulpOfOne * euclideanNorm(frame.axis.assistant) }

  /// The way in the full space; nil if the target is the default.
  private var fullWay: TargetWay? {
    let squared = dotProduct(target, target)
    guard squared.squareRoot() > rounding else { return nil }
    let (gapSquared, gapAlong, gapMean) = (
      dotProduct(gap, gap), dotProduct(gap, target), dotProduct(gap, fromDefault)
    )
    // e = d + g.
    return TargetWay(
      squared: squared, along: alongTarget.map { $0 + gapAlong },
      lengths: squares.indices.map { squares[$0] + 2 * alongGap[$0] + gapSquared },
      pull: alongMean.map { $0 + gapMean })
  }

  /// The same with everything taken along the axis alone, in units of its length: a number is a vector of one dimension. Nil if
  /// the target cannot be told from the default along it.
  private func axisWay(_ isMember: [Bool]) -> TargetWay? {
    let place = dotProduct(target, frame.axis.unit) / frame.axis.norm
    let gapPlace = dotProduct(gap, frame.axis.unit) / frame.axis.norm
    let meanPlace = dotProduct(fromDefault, frame.axis.unit) / frame.axis.norm
    let steps = numbers[0].map { $0 + gapPlace }
    guard abs(place) * frame.axis.norm > rounding, isBeyondNoise(place, steps, isMember: isMember) else { return nil }
    return TargetWay(
      squared: place * place, along: steps.map { $0 * place }, lengths: steps.map { $0 * $0 },
      pull: steps.map { $0 * meanPlace })
  }

  /// Whether the target's way along the axis is at least twice its standard error, or, for a target of other origin, that of
  /// the mean of the responses: a share of a way that may be none says nothing.
  private func isBeyondNoise(_ place: Double, _ steps: [Double], isMember: [Bool]) -> Bool {
    let hasMembers = isMember.contains(true)
    let values = steps.indices.filter { !hasMembers || isMember[$0] }.map { steps[$0] }
    guard values.count > 1 else { return false }
    return abs(place) > 2 * (sampleVariance(of: values) / Double(values.count)).squareRoot()
  }
}
