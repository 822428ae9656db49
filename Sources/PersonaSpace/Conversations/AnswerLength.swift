internal import Glibc
internal import LinearAlgebra
public import Statistics

/// How position goes with the length of answers, over the turns of conversations, and what their change is with length held constant.
///
/// Length is the logarithm of a turn's tokens. Least squares of position on the turn's number and length, within conversations, give the
/// slope; from each change that slope times the change of length is taken off.
public struct AnswerLength: Sendable {
  /// The correlation of position and length over all turns of the group.
  public let correlation: Estimate
  /// The slope: axis position for a length e times as great, at the same turn of the same conversation.
  public let slope: Estimate
  /// The mean change from the first to the last turn.
  public let change: Double
  /// What that is with length held constant.
  public let adjustedChange: Estimate

  /// From here on a correlation matters.
  public static let notable = 0.3

  /// Whether all of the interval of the correlation lies beyond `notable`, on either side.
  public var matters: Bool {
    correlation.interval.map { $0.low > Self.notable || $0.high < -Self.notable } ?? false
  }

  /// Of the conversations of `group`, with the tokens of each turn; nil unless all are known and lengths differ.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public init?(_ group: ConversationGroup, tokens: [[Double]], replicates: Int, seed: UInt64) throws {
    guard tokens.allSatisfy({ $0.allSatisfy { $0 >= 1 } }) else { return nil }
    let all = group.tracks.flatMap(\.positions)
    let lengths = tokens.map { $0.map { log($0) } }
    let (middle, usual) = (mean(of: all), mean(of: lengths.flatMap(\.self)))
    let columns = zip(group.tracks, lengths).map { track, own in
      Self.sums(track, own, middle: middle, usual: usual)
    }
    let wide = (0..<Self.width).map { column in columns.map { $0[column] } }
    let found = Self.numbers(wide.map { $0.reduce(0, +) })
    guard found.correlation.isFinite else { return nil }
    let resampled = group.resampled(replicates, seed: seed)
    let drawn = try resampled.sums(of: wide)
    let samples = (0..<drawn.rows).map { Self.numbers(Array(drawn.row($0))) }
    func interval(_ value: (Numbers) -> Double) -> Interval? {
      Interval(percentilesOf: samples.map(value), clusters: group.clusterCount)
    }
    correlation = Estimate(found.correlation, interval(\.correlation))
    slope = Estimate(found.slope, interval(\.slope))
    change = found.change
    adjustedChange = Estimate(found.adjusted, interval(\.adjusted))
  }

  private struct Numbers {
    let correlation, slope, change, adjusted: Double
  }

  private static let width = 14

  /// Sums over the turns of a conversation: six for the correlation, five of what is centred in it, and its changes.
  private static func sums(_ track: ConversationTrack, _ lengths: [Double], middle: Double, usual: Double) -> [Double] {
    let x = track.positions.map { $0 - middle }
    let l = lengths.map { $0 - usual }
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let turns = centred(track.turns.map(Double.init))
    let (own, length) = (centred(x), centred(l))
    let last = x.count - 1
    let isWhole = track.turns[0] == 0 && last > 0
    return [
      Double(x.count), x.reduce(0, +), l.reduce(0, +), product(x, x), product(l, l), product(x, l),
      product(turns, turns), product(turns, length), product(length, length), product(turns, own), product(length, own),
      isWhole ? 1 : 0, isWhole ? x[last] - x[0] : 0, isWhole ? l[last] - l[0] : 0,
    ]
  }

  private static func numbers(_ s: [Double]) -> Numbers {
    let (xx, ll) = (s[3] - s[1] * s[1] / s[0], s[4] - s[2] * s[2] / s[0])
    let correlation = xx > 0 && ll > 0 ? (s[5] - s[1] * s[2] / s[0]) / (xx * ll).squareRoot() : .nan
    let determinant = s[6] * s[8] - s[7] * s[7]
    // Of lengths that follow the turn exactly nothing is known at a turn held constant.
    let slope = determinant > 1e-9 * s[6] * s[8] ? (s[6] * s[10] - s[7] * s[9]) / determinant : .nan
    let change = s[12] / s[11]
    return Numbers(correlation: correlation, slope: slope, change: change, adjusted: change - slope * s[13] / s[11])
  }
}
