internal import Statistics

/// The turn at which a conversation's mean position shifts: of all ways to cut it in two, the one whose two means leave the least
/// residual sum of squares (Page, Biometrika 42, 1955; Hinkley, Biometrika 57, 1970).
public struct ChangePoint: Sendable, Equatable {
  /// The first turn behind the shift.
  public let turn: Int
  /// The mean position from there on, less that before.
  public let shift: Double
  /// The share of the sum of squares about the mean that the two means take away, in 0…1.
  public let share: Double
  /// How often turns in random order give a share as large: small for a shift, but as well for a steady slope, as both are an
  /// order. NaN if nothing was drawn, and of fewer than `leastTurnsTested` turns.
  public let probability: Double

  /// Of n turns, any cut into i and n − i is had as well by all orders within either part, and with the parts exchanged: no
  /// probability is below 2 / C(n, ⌊n/2⌋), which is .1 of six turns, .057 of seven and .029 of eight. Fewer turns cannot reach .05.
  public static let leastTurnsTested = 8
  /// Permutations of the turns, if so many are needed.
  public static let draws = 999
  /// Shares as large at which drawing ends.
  private static let enough = 20

  /// The change point of `track`; nil of fewer than three turns, or if all are at one position.
  ///
  /// The probability is that of all permutations, or, where 20 draws are as large before all are drawn, 20 over those drawn until
  /// then (Besag & Clifford, Biometrika 78, 1991). Conversations of one length are compared with the same permutations.
  public init?(_ track: ConversationTrack, isTested: Bool, seed: UInt64) {
    let count = track.positions.count
    guard count >= 3 else { return nil }
    let mean = mean(of: track.positions)
    var centred = track.positions.map { $0 - mean }
    let total = sumOfSquares(centred, about: 0)
    let (place, gain) = Self.best(centred)
    guard total > 0, gain > 0 else { return nil }
    turn = track.turns[place]
    var before = 0.0
    for value in centred[..<place] { before += value }
    shift = -before / Double(count - place) - before / Double(place)
    share = min(gain / total, 1)
    guard isTested, count >= Self.leastTurnsTested else {
      probability = .nan
      return
    }
    var generator = SeededGenerator(seed: seed, purpose: .changePoint, index: UInt64(count))
    var (drawn, larger) = (0, 0)
    while drawn < Self.draws, larger < Self.enough {
      generator.shuffle(&centred)
      drawn += 1
      // Rounding must not make an order that ties with what was found fall short of it.
      if Self.best(centred).gain >= gain * (1 - 1e-12) { larger += 1 }
    }
    probability =
      larger == Self.enough ? Double(larger) / Double(drawn) : permutationProbability(asFarOut: larger, of: drawn)
  }

  /// The cut that takes most from the sum of squares, as the number of values before it, and how much: with S the sum before,
  /// S² n / (i (n − i)).
  private static func best(_ centred: [Double]) -> (place: Int, gain: Double) {
    let count = centred.count
    var (place, gain, sum) = (0, 0.0, 0.0)
    for i in 1..<count {
      sum += centred[i - 1]
      let own = sum * sum * Double(count) / (Double(i) * Double(count - i))
      if own > gain { (place, gain) = (i, own) }
    }
    return (place, gain)
  }
}
