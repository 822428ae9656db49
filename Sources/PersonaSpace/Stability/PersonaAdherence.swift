public import LinearAlgebra
public import Statistics

/// Resistance and instability of one persona in one layer, with bootstrap intervals over its responses.
///
/// Responses to one question have more in common than others, so what is drawn are questions with all their responses. Where the
/// target is a mean of the same responses it moves with the sample, which is followed to first order: with δ the move of the
/// target and ū the mean of h − a, adherence becomes (mean + ū·δ / w·w) / (1 + 2 w·δ / w·w), and its spread shrinks by
/// (1 + w·δ / w·w) / (1 + 2 w·δ / w·w). Other targets are taken as they are.
///
/// A target of few responses is noisy, which moves adherence by the factor κ = 1 + 2 s² − |δ|² / w·w on average, with s² the
/// variance of w·δ / w·w: to second order, from E[(h − a)·(w + δ) / |w + δ|²]. The estimates are the definition's; intervals reach
/// out to what they would be without.
public struct PersonaAdherence: Sendable {
  /// The mean adherence.
  public let adherence: Double
  /// 1 − the mean adherence: the share of the way that the model does not go.
  public let resistance: Double
  /// The standard deviation of adherence over the responses (ddof 1); NaN of one response.
  public let instability: Double
  /// Percentiles of the replicates, as they are and freed of what the noise of the target makes of them, whichever is farther
  /// out; nil if there are too few clusters, or no replicates.
  public let resistanceInterval: Interval?
  /// As far to either side as 95 % of the replicates lie, less half their bias, of its logarithm, and reaching as far out as the
  /// other.
  public let instabilityInterval: Interval?
  /// Where it lies; nil where instability is not defined.
  public let quadrant: Quadrant?
  /// The share of the replicates that lie in `quadrant`.
  public let quadrantShare: Double?

  /// Fewer clusters are not resampled.
  public static let leastClusters = Interval.leastClusters

  /// The responses of one persona.
  public struct Responses: Sendable {
    /// The adherence of each.
    public let adherences: [Double]
    /// The cluster of each, from 0.
    public let clusters: [Int]
    /// Whether each is in the target; all false for a target of other origin.
    public let isMember: [Bool]
    /// e · w / w · w of each, and e · ū / w · w. (Of e · e / w · w only `bias` is kept.)
    public let alongTarget, alongMean: [Double]

    /// κ, by which the noise of the target multiplies adherence on average; 1 for a target of other origin.
    public let bias: Double

    /// Responses that are described by lists of the same length.
    public init(
      adherences: [Double], clusters: [Int], isMember: [Bool], alongTarget: [Double], alongMean: [Double],
      lengths: [Double]
    ) {
      precondition(
        [clusters.count, isMember.count, alongTarget.count, alongMean.count, lengths.count]
          .allSatisfy { $0 == adherences.count },
        "lists differ in length")
      var (members, along, all) = (0.0, 0.0, 0.0)
      for index in isMember.indices where isMember[index] {
        members += 1
        along += alongTarget[index] * alongTarget[index]
        all += lengths[index]
      }
      bias = members > 1 ? 1 + (2 * along - all) / (members * (members - 1)) : 1
      (self.adherences, self.clusters, self.isMember) = (adherences, clusters, isMember)
      (self.alongTarget, self.alongMean) = (alongTarget, alongMean)
    }
  }

  /// Of `responses`, at least one; `weights` has how often each cluster is in each bootstrap sample, shape (B, clusters), and
  /// may be nil for no intervals.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public init(of responses: Responses, weights: Matrix?, cutoffs: Quadrant.Cutoffs) throws {
    let values = responses.adherences
    let average = mean(of: values)
    adherence = average
    resistance = 1 - average
    instability = standardDeviation(of: values)
    let own = Quadrant(resistance: resistance, instability: instability, cutoffs: cutoffs)
    quadrant = own
    guard let weights, weights.columns >= Self.leastClusters, average.isFinite else {
      (resistanceInterval, instabilityInterval, quadrantShare) = (nil, nil, nil)
      return
    }
    let replicates = try Self.replicates(responses, about: average, weights)
    let bias = responses.bias
    let clusters = weights.columns
    let resistances = Interval(percentilesOf: replicates.map(\.resistance), clusters: clusters)
    let instabilities = Interval(
      symmetricAbout: instability, of: replicates.map(\.instability), on: .logarithm, clusters: clusters)
    resistanceInterval = resistances.map { own in
      // Noise that is half of the target is no small correction.
      bias < 0.5 ? own : own.joined(Interval(low: 1 - (1 - own.low) / bias, high: 1 - (1 - own.high) / bias))
    }
    instabilityInterval = instabilities.map { own in
      bias < 0.5 ? own : own.joined(Interval(low: own.low / bias, high: own.high / bias))
    }
    let known = replicates.compactMap {
      Quadrant(resistance: $0.resistance, instability: $0.instability, cutoffs: cutoffs)
    }
    quadrantShare =
      own == nil || known.count < Interval.leastReplicates
      ? nil : Double(known.count { $0 == own }) / Double(known.count)
  }

  private static func replicates(
    _ responses: Responses, about average: Double, _ weights: Matrix
  ) throws -> [(resistance: Double, instability: Double)] {
    // Of each cluster: responses, deviations, their squares, members, and the members' pull on the target.
    var sums = Matrix(
      rows: weights.columns, columns: 6, elements: [Double](repeating: 0, count: 6 * weights.columns))
    for (i, value) in responses.adherences.enumerated() {
      let (cluster, deviation) = (responses.clusters[i], value - average)
      sums[cluster, 0] += 1
      sums[cluster, 1] += deviation
      sums[cluster, 2] += deviation * deviation
      guard responses.isMember[i] else { continue }
      sums[cluster, 3] += 1
      sums[cluster, 4] += responses.alongTarget[i]
      sums[cluster, 5] += responses.alongMean[i]
    }
    let hasMembers = responses.isMember.contains(true)
    let drawn = try weights.times(sums)
    return (0..<drawn.rows).map { row in
      let (count, members) = (drawn[row, 0], drawn[row, 3])
      guard count > 1, !hasMembers || members > 0 else { return (.nan, .nan) }
      let shift = drawn[row, 1] / count
      let variance = max(drawn[row, 2] - drawn[row, 1] * shift, 0) / (count - 1)
      let along = hasMembers ? drawn[row, 4] / members : 0
      let pull = hasMembers ? drawn[row, 5] / members : 0
      let distance = 1 + 2 * along
      guard distance > 0 else { return (.nan, .nan) }
      return (1 - (average + shift + pull) / distance, variance.squareRoot() * (1 + along) / distance)
    }
  }
}

extension Interval {
  /// The interval that covers this one and `other`.
  func joined(_ other: Interval) -> Interval { Interval(low: min(low, other.low), high: max(high, other.high)) }
}
