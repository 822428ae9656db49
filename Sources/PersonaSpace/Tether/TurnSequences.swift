internal import Glibc
internal import Statistics

/// The turns of a group's conversations as one list, in standard units: less the mean of all positions, in their standard deviations.
///
/// Starting values and limits of iterations are the same numbers then, whatever the positions' scale.
struct TurnSequences: Sendable {
  /// The position of each turn, in standard units.
  let positions: [Double]
  /// The turns since the one before it of the same conversation, 1 if none is missing; of a conversation's first, since turn 0.
  let gaps: [Int]
  /// The turns of each conversation.
  let ranges: [Range<Int>]
  /// The mean and the standard deviation of all positions, in axis position.
  let centre, scale: Double

  /// - Throws: `TetherUnfit` if nothing can be fitted to them.
  init(_ tracks: [ConversationTrack]) throws(TetherUnfit) {
    let all = tracks.flatMap(\.positions)
    guard all.count >= TetherReason.leastTurns else { throw TetherUnfit(reason: .tooFewTurns(all.count)) }
    let centre = mean(of: all)
    let scale = (all.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(all.count)).squareRoot()
    // What is left of equal numbers far from 0 is rounding.
    guard scale.isFinite, centre.isFinite else { throw TetherUnfit(reason: .beyondRange) }
    guard scale > 1e-12 * abs(centre), scale > 0 else { throw TetherUnfit(reason: .constantPositions(all[0])) }
    var gaps: [Int] = []
    var ranges: [Range<Int>] = []
    for track in tracks {
      ranges.append(gaps.count..<gaps.count + track.turns.count)
      gaps.append(track.turns[0])
      for (turn, last) in zip(track.turns.dropFirst(), track.turns) { gaps.append(turn - last) }
    }
    (self.centre, self.scale, self.gaps, self.ranges) = (centre, scale, gaps, ranges)
    positions = all.map { ($0 - centre) / scale }
  }

  /// One conversation in the units that it is in: the turns `turns`, ascending, at `positions`.
  init(positions: [Double], turns: [Int]) {
    (centre, scale, ranges, self.positions) = (0, 1, [0..<positions.count], positions)
    gaps = turns.indices.map { $0 == 0 ? turns[0] : turns[$0] - turns[$0 - 1] }
  }

  /// The log-likelihood of positions as they are, from that of all in standard units.
  func logLikelihood(ofStandard value: Double) -> Double { value - Double(positions.count) * log(scale) }
}
