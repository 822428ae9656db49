public import LinearAlgebra

/// Resistance and instability of one persona in one layer, with bootstrap intervals over its responses.
///
/// Responses to one question have more in common than others, so what is drawn are questions with all their responses. Where the
/// target is a mean of the same responses it moves with the sample, which is followed to first order: with δ the move of the
/// target and ū the mean of h − a, adherence becomes (mean + ū·δ / w·w) / (1 + 2 w·δ / w·w), and its spread shrinks by
/// (1 + w·δ / w·w) / (1 + 2 w·δ / w·w). Other targets are taken as they are.
public struct PersonaAdherence: Sendable {
  /// The mean adherence.
  public let adherence: Double
  /// 1 − the mean adherence: the share of the way that the model does not go.
  public let resistance: Double
  /// The standard deviation of adherence over the responses (ddof 1); NaN of one response.
  public let instability: Double
  /// Percentiles of the replicates; nil if there are too few clusters, or no replicates.
  public let resistanceInterval: Interval?
  /// As far to either side as 95 % of the replicates lie, less half their bias, of its logarithm.
  public let instabilityInterval: Interval?
  /// Where it lies; nil where instability is not defined.
  public let quadrant: Quadrant?
  /// The share of the replicates that lie in `quadrant`.
  public let quadrantShare: Double?

  /// A sample of fewer clusters is mostly copies.
  public static let leastClusters = 5

  /// The responses of one persona.
  public struct Responses: Sendable {
    /// The adherence of each.
    public let adherences: [Double]
    /// The cluster of each, from 0.
    public let clusters: [Int]
    /// Whether each is in the target; all false for a target of other origin.
    public let isMember: [Bool]
    /// e · w / w · w of each, and e · ū / w · w.
    public let alongTarget, alongMean: [Double]

    /// Responses that are described by lists of the same length.
    public init(
      adherences: [Double], clusters: [Int], isMember: [Bool], alongTarget: [Double], alongMean: [Double]
    ) {
      precondition(
        [clusters.count, isMember.count, alongTarget.count, alongMean.count].allSatisfy { $0 == adherences.count },
        "lists differ in length")
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
    var squares = 0.0
    for value in values { squares += (value - average) * (value - average) }
    adherence = average
    resistance = 1 - average
    instability = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : .nan
    let own = Quadrant(resistance: resistance, instability: instability, cutoffs: cutoffs)
    quadrant = own
    guard let weights, weights.columns >= Self.leastClusters, average.isFinite else {
      (resistanceInterval, instabilityInterval, quadrantShare) = (nil, nil, nil)
      return
    }
    let replicates = try Self.replicates(responses, about: average, weights)
    resistanceInterval = Interval(percentilesOf: replicates.map(\.resistance))
    instabilityInterval = Interval(about: instability, of: replicates.map(\.instability), on: .logarithm)
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
