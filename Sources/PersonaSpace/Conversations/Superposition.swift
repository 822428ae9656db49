internal import LinearAlgebra
public import Statistics

/// How far regenerations of one conversation lie apart, turn by turn: a superposition of personas that narrows as the
/// conversation grows, or does not (Shanahan et al., Nature 623, 2023, for the term).
public struct Superposition: Sendable {
  /// One turn.
  public struct Point: Sendable, Equatable {
    /// The turn.
    public let turn: Int
    /// The number of conversations with at least two regenerations that reach it, and of these.
    public let conversations, samples: Int
    /// The standard deviation of regenerations about their conversation's mean, pooled: √(Σ (x − mean)² / Σ (n − 1)).
    public let spread: Estimate
  }

  /// The turns that regenerations reach.
  public let points: [Point]
  /// The weighted least-squares slope of the spread over turns, each weighted by its degrees of freedom: axis position per
  /// turn, negative if regenerations come together; NaN of fewer than two turns.
  public let trend: Estimate

  /// What becomes of regenerations turn by turn.
  public enum Course: Sendable {
    case comeTogether
    case moveApart
    /// The interval of the trend holds 0.
    case notShown
  }

  /// What the interval of the trend tells; nil without one.
  public var course: Course? {
    trend.interval.map { $0.isNegative ? .comeTogether : $0.isPositive ? .moveApart : .notShown }
  }

  /// Of the regenerations in `group`, its clusters of more than one conversation; nil if there are none.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public init?(_ group: ConversationGroup, replicates: Int, seed: UInt64) throws {
    var members = [[Int]](repeating: [], count: group.clusterCount)
    for (index, cluster) in group.clusters.enumerated() { members[cluster].append(index) }
    let regenerated = members.filter { $0.count > 1 }
    guard !regenerated.isEmpty else { return nil }
    var (turns, columns, counts) = ([Int](), [[Double]](), [(conversations: Int, samples: Int)]())
    for turn in Set(group.tracks.flatMap(\.turns)).sorted() {
      var (squares, freedoms, conversations, samples) = ([Double](), [Double](), 0, 0)
      for tracks in regenerated {
        let positions = tracks.compactMap { index in
          group.tracks[index].place(ofTurn: turn).map { group.tracks[index].positions[$0] }
        }
        let middle = mean(of: positions)
        squares.append(positions.count > 1 ? sumOfSquares(positions, about: middle) : 0)
        freedoms.append(Double(max(0, positions.count - 1)))
        if positions.count > 1 { (conversations, samples) = (conversations + 1, samples + positions.count) }
      }
      guard conversations > 0 else { continue }
      turns.append(turn)
      columns += [squares, freedoms]
      counts.append((conversations, samples))
    }
    guard !turns.isEmpty else { return nil }
    let resampled = ResampledSums(
      clusters: Array(regenerated.indices), count: regenerated.count, replicates: replicates, seed: seed)
    let drawn = try resampled.sums(of: columns)
    let totals = columns.map { $0.reduce(0, +) }
    func spread(_ sums: ArraySlice<Double>, _ index: Int) -> Double {
      (sums[sums.startIndex + 2 * index] / sums[sums.startIndex + 2 * index + 1]).squareRoot()
    }
    func slope(_ sums: ArraySlice<Double>) -> Double {
      weightedSlope(
        x: turns.map(Double.init), y: turns.indices.map { spread(sums, $0) },
        weights: turns.indices.map { sums[sums.startIndex + 2 * $0 + 1] })
    }
    points = turns.enumerated().map { index, turn in
      Point(
        turn: turn, conversations: counts[index].conversations, samples: counts[index].samples,
        spread: Estimate(
          spread(totals[...], index),
          Interval(
            percentilesOf: (0..<drawn.rows).map { spread(drawn.row($0), index) },
            clusters: counts[index].conversations)))
    }
    trend = Estimate(
      slope(totals[...]),
      turns.count < 2
        ? nil : Interval(percentilesOf: (0..<drawn.rows).map { slope(drawn.row($0)) }, clusters: regenerated.count))
  }
}
