internal import LinearAlgebra
public import Statistics

/// Drift under two conditions compared: how much less there is under the second.
///
/// What is compared are means over conversations, by bootstrap and permutation of conversations: those that are there under both
/// conditions are drawn with both, and their conditions exchanged for one another; those that are there under one are drawn
/// beside them, and the conditions dealt out anew among them.
public struct ConditionContrast: Sendable {
  /// A conversation under one of the two conditions.
  public struct Member: Sendable {
    let drift: ConversationDrift
    let cluster: Int
    let isSecond: Bool

    /// `cluster` is the number of what is drawn as a whole: regenerations of one conversation, under both conditions.
    public init(_ drift: ConversationDrift, cluster: Int, isSecond: Bool) {
      (self.drift, self.cluster, self.isSecond) = (drift, cluster, isSecond)
    }
  }

  /// What is compared, of each conversation; larger is more drift.
  public enum Measure: String, Sendable, CaseIterable {
    /// start − end: the fall from the first to the last turn.
    case fall
    /// The first position less the mean of the later ones.
    case meanFall = "mean_fall"
    /// The mean of absolute changes from turn to turn: local drift.
    case step = "absolute_step"
    /// The largest fall below an earlier position.
    case drawdown = "max_drawdown"
    /// The share of turns below the threshold.
    case belowThreshold = "below_threshold"

    /// NaN for a conversation that has none: one of a single turn cannot drift, one without a first turn has no start.
    func value(of drift: ConversationDrift) -> Double {
      if drift.turns < 2, self != .belowThreshold { return .nan }
      return switch self {
      case .fall: -drift.change
      case .meanFall: -drift.displacement
      case .step: drift.meanAbsoluteStep
      case .drawdown: drift.maximumDrawdown
      case .belowThreshold: drift.belowThreshold
      }
    }
  }

  /// What is compared.
  public let measure: Measure
  /// The conversations that have it, under the first and the second condition.
  public let firstCount, secondCount: Int
  /// The clusters under both conditions, and under one only.
  public let paired, unpaired: Int
  /// The mean under each.
  public let first, second: Double
  /// second − first.
  public let difference: Estimate
  /// 1 − second / first: the share of the drift that is gone; NaN unless `first` is positive, as there is then no drift to
  /// reduce. Without an interval if the samples do not tell the first from 0.
  public let reduction: Estimate
  /// The two-sided probability of a difference as large under permutation of the conditions; NaN if
  /// nothing was drawn or a condition has no conversation.
  public let probability: Double

  /// The permutations.
  public static let draws = 999

  /// Sums of one cluster under the first and the second condition.
  private struct Sums {
    var (first, firstCount, second, secondCount) = (0.0, 0.0, 0.0, 0.0)

    static func += (sums: inout Sums, other: Sums) {
      sums.first += other.first
      sums.firstCount += other.firstCount
      sums.second += other.second
      sums.secondCount += other.secondCount
    }

    var exchanged: Sums {
      Sums(first: second, firstCount: secondCount, second: first, secondCount: firstCount)
    }

    var means: (first: Double, second: Double) { (first / firstCount, second / secondCount) }
    var difference: Double { second / secondCount - first / firstCount }

    init(first: Double = 0, firstCount: Double = 0, second: Double = 0, secondCount: Double = 0) {
      (self.first, self.firstCount, self.second, self.secondCount) = (first, firstCount, second, secondCount)
    }
  }

  /// Compares `members` in `measure`.
  public init(_ members: [Member], _ measure: Measure, replicates: Int, seed: UInt64) {
    self.measure = measure
    let values = members.map { measure.value(of: $0.drift) }
    let (both, ones, others) = Self.sums(values, members.map(\.cluster), members.map(\.isSecond))
    (paired, unpaired) = (both.count, ones.count + others.count)
    let total = Self.total(both + ones + others)
    (firstCount, secondCount) = (Int(total.firstCount), Int(total.secondCount))
    (first, second) = total.means
    let reduction = Self.reduction(total)
    let strata = [(both, SeededGenerator.Purpose.conversations), (ones, .firstCondition), (others, .secondCondition)]
      .map {
        ($0.0, Resamples(of: max($0.0.count, 1), count: replicates, seed: seed, purpose: $0.1))
      }
    let drawn = (0..<replicates).map { index -> Sums in
      var total = Sums()
      for (sums, resamples) in strata where !sums.isEmpty {
        for member in resamples.members(index) { total += sums[member] }
      }
      return total
    }
    // As many as the condition that has fewer rests on.
    let clusters = both.count + min(ones.count, others.count)
    difference = Estimate(
      total.difference, Interval(percentilesOf: drawn.map(\.difference), clusters: clusters))
    self.reduction = Estimate(
      reduction, reduction.isNaN ? nil : Interval(percentilesOf: drawn.map(Self.reduction), clusters: clusters))
    probability =
      replicates == 0 || total.difference.isNaN
      ? .nan : Self.probability(both, ones, others, difference: total.difference, seed: seed)
  }

  /// The two-sided probability under permutation of the conditions of a difference as large as that of the means of `values`, one for
  /// each conversation; NaN if a condition has none.
  static func probability(of values: [Double], clusters: [Int], isSecond: [Bool], seed: UInt64) -> Double {
    let (both, ones, others) = sums(values, clusters, isSecond)
    let difference = total(both + ones + others).difference
    return difference.isNaN ? .nan : probability(both, ones, others, difference: difference, seed: seed)
  }

  /// The sums of each cluster: of those under both conditions, the first alone, the second alone. NaN does not count.
  private static func sums(
    _ values: [Double], _ clusters: [Int], _ isSecond: [Bool]
  ) -> (both: [Sums], ones: [Sums], others: [Sums]) {
    var sums = [Sums](repeating: Sums(), count: (clusters.max() ?? -1) + 1)
    for ((value, cluster), isSecond) in zip(zip(values, clusters), isSecond) where !value.isNaN {
      sums[cluster] += isSecond ? Sums(second: value, secondCount: 1) : Sums(first: value, firstCount: 1)
    }
    return (
      sums.filter { $0.firstCount > 0 && $0.secondCount > 0 },
      sums.filter { $0.firstCount > 0 && $0.secondCount == 0 },
      sums.filter { $0.firstCount == 0 && $0.secondCount > 0 }
    )
  }

  private static func total(_ sums: [Sums]) -> Sums { sums.reduce(into: Sums()) { $0 += $1 } }

  private static func reduction(_ sums: Sums) -> Double {
    let means = sums.means
    return means.first > 0 ? 1 - means.second / means.first : .nan
  }

  private static func probability(
    _ both: [Sums], _ ones: [Sums], _ others: [Sums], difference: Double, seed: UInt64
  ) -> Double {
    var generator = SeededGenerator(seed: seed, purpose: .exchangedConditions)
    var (single, larger) = (ones + others, 0)
    for _ in 0..<draws {
      var total = Sums()
      for sums in both { total += generator.next() >> 63 == 0 ? sums : sums.exchanged }
      generator.shuffle(&single)
      for (place, sums) in single.enumerated() {
        total += (place < ones.count) == (sums.firstCount > 0) ? sums : sums.exchanged
      }
      // Rounding must not make a draw that ties with what was found fall short of it.
      if abs(total.difference) >= abs(difference) * (1 - 1e-12) { larger += 1 }
    }
    return permutationProbability(asFarOut: larger, of: draws)
  }
}
