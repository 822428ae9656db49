internal import Glibc
internal import LinearAlgebra
public import Statistics

/// How the place of a persona's answers goes with their length, and how far it departs at the length of the default's.
///
/// Length is the logarithm of an answer's characters. Both are taken about their means over the answers to the same question, so that
/// neither is the question's.
public struct ResponseLength: Sendable, Equatable {
  /// The correlation of place and length.
  public let correlation: Estimate
  /// The departure if answers were as long as the default's: departure − slope · (mean length − the default's) / floor. NaN where hardly an
  /// answer is that long, or that short: no data tell what it would be.
  public let adjustedDeparture: Estimate
  /// The mean logarithm of the characters of its answers less that of the default's: how many times e they are longer; NaN if the
  /// default's are not known.
  public let excess: Double

  /// A share of the answers that must be at least as long as the default's, and as many at most as long.
  public static let leastShare = 0.05

  /// Whether all of the interval of the correlation lies beyond `AnswerLength.notable`, on either side.
  public var matters: Bool {
    correlation.interval.map { $0.low > AnswerLength.notable || $0.high < -AnswerLength.notable } ?? false
  }

  /// Of answers at `places` to `questions`; nil unless the length of each is known, and lengths differ within a question.
  ///
  /// - Parameters:
  ///   - lengths: the characters of each answer; nil where they are not known.
  ///   - usual: the mean logarithm of the characters of the default's; NaN if it is not known.
  ///   - floor: the default's own standard deviation, the unit of departure.
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public init?(
    places: [Double], lengths: [Double?], questions: [Int], usual: Double, floor: Double, replicates: Int, seed: UInt64
  ) throws {
    let known = lengths.compactMap { $0.map { log($0) } }
    guard known.count == places.count, places.count == questions.count, places.count > 2 else { return nil }
    let members = Dictionary(grouping: places.indices) { questions[$0] }.sorted { $0.key < $1.key }.map(\.value)
    var (clusters, columns) = ([Int](), [[Double]](repeating: [], count: 6))
    for (cluster, own) in members.enumerated() {
      let (x, l) = (own.map { places[$0] }, own.map { known[$0] })
      let (dx, dl) = (centred(x), centred(l))
      func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      let sums = [
        product(dx, dx), product(dl, dl), product(dx, dl), Double(own.count), x.reduce(0, +),
        l.reduce(0) { $0 + $1 - (usual.isNaN ? 0 : usual) },
      ]
      clusters.append(cluster)
      for (place, sum) in sums.enumerated() { columns[place].append(sum) }
    }
    excess = mean(of: known) - usual
    let least = Self.leastShare * Double(known.count)
    let isReached =
      Double(known.count { $0 >= usual }) >= least && Double(known.count { $0 <= usual }) >= least
    func numbers(_ s: [Double]) -> (correlation: Double, departure: Double) {
      guard s[0] > 0, s[1] > 1e-12 * s[3] else { return (.nan, .nan) }
      let slope = s[2] / s[1]
      return (
        s[2] / (s[0] * s[1]).squareRoot(), isReached ? (s[4] - slope * s[5]) / s[3] / floor : .nan
      )
    }
    let found = numbers(columns.map { $0.reduce(0, +) })
    guard found.correlation.isFinite else { return nil }
    let resampled = ResampledSums(
      clusters: clusters, count: members.count, replicates: replicates, seed: seed, purpose: .responses)
    let drawn = try resampled.sums(of: columns)
    let samples = (0..<drawn.rows).map { numbers(Array(drawn.row($0))) }
    correlation = Estimate(
      found.correlation, Interval(percentilesOf: samples.map(\.correlation), clusters: members.count))
    adjustedDeparture = Estimate(
      found.departure, Interval(percentilesOf: samples.map(\.departure), clusters: members.count))
  }
}
