internal import Statistics

extension WalkFit {
  /// The fewest conversations that tell the mean of a turn.
  private static let leastConversations = 5
  /// How rarely a course that all conversations share by chance is taken for one.
  private static let level = 0.05

  /// Says that the mean positions of turns, over conversations, follow no walk, such as those of a trend, where free means raise the
  /// log-likelihood by more than they would by chance and the reversion rate about them is not in the interval `rate`. A walk has one rate
  /// for the way from start to resting point and for what wanders about it; a course that all conversations share passes for the former.
  ///
  /// Turns that fewer than five conversations reach are left out.
  static func commonCourse(
    _ tracks: [ConversationTrack], reading: ReadingError, _ points: RestingPoints, outside rate: Interval?
  ) -> [TetherReason] {
    guard let rate else { return [] }
    var sums: [Int: (sum: Double, count: Int)] = [:]
    for track in tracks {
      for (turn, position) in zip(track.turns, track.positions) {
        let old = sums[turn] ?? (0, 0)
        sums[turn] = (old.sum + position, old.count + 1)
      }
    }
    let means = sums.filter { $0.value.count >= leastConversations }.mapValues { $0.sum / Double($0.count) }
    // Errors by turn go with all turns.
    if case .byTurn = reading, means.count < sums.count { return [] }
    guard means.count > 2, let whole = fitted(tracks, less: means.mapValues { _ in 0 }, reading, points),
      let centred = fitted(tracks, less: means, reading, points)
    else { return [] }
    let least = chiSquareQuantile(1 - level, degreesOfFreedom: Double(means.count - 2)) / 2
    let other = 1 - centred.memory
    return centred.logLikelihood - whole.logLikelihood > least && !rate.holds(other)
      ? [.courseInCommon(rate: other)] : []
  }

  /// The log-likelihood of the best walk of the turns that have a mean, less that, and its memory; nil if nothing can be fitted.
  private static func fitted(
    _ tracks: [ConversationTrack], less means: [Int: Double], _ reading: ReadingError, _ points: RestingPoints
  ) -> (logLikelihood: Double, memory: Double)? {
    let kept = tracks.compactMap { track -> ConversationTrack? in
      let places = track.turns.indices.filter { means[track.turns[$0]] != nil }
      guard !places.isEmpty else { return nil }
      return ConversationTrack(
        positions: places.map { track.positions[$0] - (means[track.turns[$0]] ?? 0) },
        turns: places.map { track.turns[$0] })
    }
    guard let turns = try? TurnSequences(kept) else { return nil }
    let weights = [Double](repeating: 1, count: turns.ranges.count)
    let found = WalkSearch.best(turns, reading: reading, points, weights: weights).taken.found
    return (turns.logLikelihood(ofStandard: found.logLikelihood), found.variances.memory)
  }
}
