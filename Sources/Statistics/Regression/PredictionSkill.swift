public import LinearAlgebra

/// How well held-out rows were predicted: R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)², over all rows together, and what a model gains over
/// another.
public struct PredictionSkill: Sendable {
  /// R²; NaN if nothing varies.
  public let r2: Double
  /// Percentiles over samples of groups, of which predictions stay as they are; nil without replicates.
  public let interval: Interval?
  /// R² of each replicate.
  package let replicates: [Double]
  /// The number of groups.
  private let groups: Int

  /// Of `predicted` for `observed`, whose rows are of the groups `groups`, from 0.
  ///
  /// - Parameter weights: how often each group is in each bootstrap sample, shape (B, groups); nil for no interval.
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public init(predicted: [Double], observed: [Double], groups: [Int], weights: Matrix?) throws {
    let count = (groups.max() ?? -1) + 1
    let average = mean(of: observed)
    self.groups = count
    // Of each group: rows, deviations, their squares, and the squared errors.
    var sums = Matrix(rows: count, columns: 4, elements: [Double](repeating: 0, count: 4 * count))
    for (row, group) in groups.enumerated() {
      let (deviation, error) = (observed[row] - average, observed[row] - predicted[row])
      sums[group, 0] += 1
      sums[group, 1] += deviation
      sums[group, 2] += deviation * deviation
      sums[group, 3] += error * error
    }
    func skill(_ row: ArraySlice<Double>) -> Double {
      let (rows, sum, squares, errors) = (
        row[row.startIndex], row[row.startIndex + 1], row[row.startIndex + 2], row[row.startIndex + 3]
      )
      let total = squares - sum * sum / rows
      return total > 0 ? 1 - errors / total : .nan
    }
    let ones = Matrix(rows: 1, columns: count, elements: [Double](repeating: 1, count: count))
    r2 = skill(try ones.times(sums).row(0))
    guard let weights else {
      (interval, replicates) = (nil, [])
      return
    }
    let drawn = try weights.times(sums)
    let replicates = (0..<drawn.rows).map { skill(drawn.row($0)) }
    self.replicates = replicates
    interval = Interval(percentilesOf: replicates, clusters: count)
  }

  /// What this model has over `other`, in R², and its interval over the same samples.
  public func gain(over other: PredictionSkill) -> (gain: Double, interval: Interval?) {
    let gains = zip(replicates, other.replicates).map { $0 - $1 }
    return (r2 - other.r2, Interval(percentilesOf: gains, clusters: groups))
  }
}
