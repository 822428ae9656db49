internal import LinearAlgebra
public import Statistics

/// How well each layer tells what should be left alone from what has drifted, by projections on its axis, and which layers do so about
/// as well as the best: the window to cap in (Lu et al., arXiv 2601.10387, section 5, cap a few neighbouring layers together).
///
/// Who belongs to which class must not be read from projections: d would then be a number of the choice.
public struct LayerSeparation: Sendable {
  /// Projections of one class in one conversation: their number, mean, and sum of squares about the mean.
  public struct Moments: Sendable {
    /// How many there are.
    public let count: Int
    /// Their mean, and the sum of squared distances from it.
    public let mean, squares: Double

    /// So many of this mean and sum of squares.
    ///
    /// - Precondition: `count` is not negative.
    public init(count: Int, mean: Double, squares: Double) {
      precondition(count >= 0, "a count below zero")
      (self.count, self.mean, self.squares) = (count, mean, squares)
    }

    /// Nothing.
    public static let none = Moments(count: 0, mean: 0, squares: 0)

    /// Of both together.
    public func joined(_ other: Moments) -> Moments {
      let all = count + other.count
      if all == 0 { return .none }
      let (own, share) = (other.mean - mean, Double(other.count) / Double(all))
      return Moments(
        count: all, mean: mean + own * share, squares: squares + other.squares + own * own * Double(count) * share)
    }
  }

  /// The two classes in one conversation.
  public struct Conversation: Sendable {
    /// What should be left alone, and what has drifted; either may be of nothing.
    public let kept, drifted: Moments

    /// A conversation with these.
    public init(kept: Moments, drifted: Moments) { (self.kept, self.drifted) = (kept, drifted) }
  }

  /// Cohen's d of each layer: (mean kept − mean drifted) / pooled standard deviation, positive where drifted lie away from the
  /// Assistant. NaN where a class has fewer than two, or neither varies.
  public let separations: [Estimate]
  /// The layer, by its index, that separates best on the half of the conversations that chooses; nil if none is told from 0 on the
  /// other half, or they are too few.
  public let best: Int?
  /// On the half that tests: the d of each layer over that of the best; NaN without one.
  public let relative: [Estimate]
  /// The layers about the best that are shown to separate at least `share` as well; nil without a best.
  public let window: Range<Int>?

  /// How much of the best layer's d a layer of the window must be shown to have.
  public static let share = 0.8

  /// Of `layers`, each with the same conversations in one order, of which those of one name are drawn together.
  ///
  /// - Parameter strata: the domain of each; halves have as many of each, give or take one.
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public init(
    _ layers: [[Conversation]], names: [[String]], strata: [String], replicates: Int, seed: UInt64
  ) throws {
    let (clusters, count) = ConversationGroup.clusters(of: names)
    let sums = layers.map(ClassSums.init)
    let all = try Draws(sums, clusters: clusters, count: count, replicates: replicates, seed: seed)
    separations = layers.indices.map { Estimate(all.values[$0], all.interval($0) { $1 }) }
    let halves = CapRecommendation.halves(clusters, count, strata: strata, seed: seed)
    func half(_ isChoosing: Bool) throws -> Draws {
      let places = clusters.indices.filter { halves[clusters[$0]] == isChoosing }
      let (own, number) = ConversationGroup.clusters(of: places.map { names[$0] })
      return try Draws(
        sums.map { $0.selecting(places) }, clusters: own, count: number, replicates: isChoosing ? 0 : replicates,
        seed: seed)
    }
    let (choosing, testing) = (try half(true), try half(false))
    let known = layers.indices.filter { choosing.values[$0].isFinite }
    guard count >= CapRecommendation.leastConversations,
      let best = known.max(by: { choosing.values[$0] < choosing.values[$1] }),
      testing.interval(best, { $1 })?.isPositive ?? false
    else {
      (best, window) = (nil, nil)
      relative = layers.map { _ in Estimate(.nan) }
      return
    }
    let relative = layers.indices.map { layer in
      layer == best
        ? Estimate(1, Interval(low: 1, high: 1))
        : Estimate(
          testing.values[layer] / testing.values[best],
          testing.interval(layer) { row, own in
            let top = testing.replicates[row][best]
            return top > 0 ? own / top : .nan
          })
    }
    func isAsGood(_ layer: Int) -> Bool { (relative[layer].interval?.low ?? -.infinity) >= Self.share }
    var (first, last) = (best, best)
    while first > 0, isAsGood(first - 1) { first -= 1 }
    while last + 1 < layers.count, isAsGood(last + 1) { last += 1 }
    (self.best, self.relative, window) = (best, relative, first..<last + 1)
  }
}

/// The sums of a layer by conversation from which d follows: of each class the number, the sum and the sum of squares, about one shift.
private struct ClassSums {
  let columns: [[Double]]

  init(_ conversations: [LayerSeparation.Conversation]) {
    // About the mean of all, so that nothing cancels.
    let all = conversations.reduce(LayerSeparation.Moments.none) { $0.joined($1.kept).joined($1.drifted) }
    func sums(_ moments: LayerSeparation.Moments) -> [Double] {
      let (count, from) = (Double(moments.count), moments.mean - all.mean)
      return [count, count * from, moments.squares + count * from * from]
    }
    let rows = conversations.map { sums($0.kept) + sums($0.drifted) }
    columns = (0..<6).map { column in rows.map { $0[column] } }
  }

  private init(columns: [[Double]]) { self.columns = columns }

  func selecting(_ places: [Int]) -> ClassSums {
    ClassSums(columns: columns.map { column in places.map { column[$0] } })
  }

  /// Cohen's d of the six sums.
  static func d(_ s: ArraySlice<Double>) -> Double {
    let s = Array(s)
    guard s[0] >= 1, s[3] >= 1, s[0] + s[3] > 2 else { return .nan }
    let within = (s[2] - s[1] * s[1] / s[0]) + (s[5] - s[4] * s[4] / s[3])
    let variance = within / (s[0] + s[3] - 2)
    return variance > 0 ? (s[1] / s[0] - s[4] / s[3]) / variance.squareRoot() : .nan
  }
}

/// The d of each layer over conversations, and over samples of them that all layers share.
private struct Draws {
  let values: [Double]
  /// Shape (replicates)(layers).
  let replicates: [[Double]]
  private let clusters: Int

  init(_ sums: [ClassSums], clusters: [Int], count: Int, replicates: Int, seed: UInt64) throws {
    let resampled = ResampledSums(clusters: clusters, count: count, replicates: replicates, seed: seed)
    let drawn = try resampled.sums(of: sums.flatMap(\.columns))
    values = sums.map { layer in ClassSums.d(layer.columns.map { $0.reduce(0, +) }[...]) }
    self.replicates = (0..<drawn.rows).map { row in
      let own = drawn.row(row)
      return sums.indices.map { ClassSums.d(own[own.startIndex + 6 * $0..<own.startIndex + 6 * $0 + 6]) }
    }
    self.clusters = count
  }

  /// The interval of what `value` makes of each sample, by its place and the d of `layer` in it.
  func interval(_ layer: Int, _ value: (Int, Double) -> Double) -> Interval? {
    values[layer].isNaN
      ? nil : Interval(percentilesOf: replicates.indices.map { value($0, replicates[$0][layer]) }, clusters: clusters)
  }
}
