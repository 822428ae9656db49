public import Statistics

/// What a pilot measured of units, such as the change of conversations or the place of answers to questions: a number for each
/// time that a unit was measured (a regeneration, an answer).
///
/// A number is the unit's own plus what a measurement adds: y = μ + unit + measurement, both random.
public struct PilotUnits: Sendable {
  /// What measuring a unit again adds.
  struct Repeated: Sendable {
    /// The variance between measurements of one unit, and its degrees of freedom.
    let variance, freedom: Double
    /// The mean over units of 1 / measurements.
    let share: Double
  }

  /// The name of each unit.
  public let names: [String]
  /// The mean of each over its measurements.
  public let means: [Double]
  /// One for each side of a difference; none where nothing was measured twice.
  let repeated: [Repeated]
  /// As many measurements of a unit as the pilot has: the harmonic mean, rounded.
  public let samples: Int

  /// Fewer units are too few to plan by: the variance could be six times what is found of them.
  public static let least = 6

  /// Of `values`, of which those of one name are measurements of one unit; those that are NaN are left out.
  ///
  /// - Parameter spent: the degrees of freedom that effects which were taken off before have cost.
  public init(_ values: [Double], names: [String], spent: Int = 0) {
    precondition(values.count == names.count, "a name for each value")
    var (order, members) = ([String](), [String: [Double]]())
    for (name, value) in zip(names, values) where !value.isNaN {
      if members[name] == nil { order.append(name) }
      members[name, default: []].append(value)
    }
    let units = order.map { members[$0] ?? [] }
    self.names = order
    means = units.map { mean(of: $0) }
    let counts = units.map { Double($0.count) }
    let freedom = counts.reduce(0, +) - Double(units.count) - Double(spent)
    let share = counts.reduce(0) { $0 + 1 / $1 } / max(1, Double(units.count))
    samples = units.isEmpty ? 0 : max(1, Int((1 / share).rounded()))
    let squares = zip(units, means).reduce(0) { $0 + sumOfSquares($1.0, about: $1.1) }
    repeated = freedom >= 1 ? [Repeated(variance: squares / freedom, freedom: freedom, share: share)] : []
  }

  private init(names: [String], means: [Double], repeated: [Repeated], samples: Int) {
    (self.names, self.means, self.repeated, self.samples) = (names, means, repeated, samples)
  }

  /// `other` less this, unit by unit, of the units that both have.
  public func paired(with other: PilotUnits) -> PilotUnits {
    let theirs = Dictionary(zip(other.names, other.means)) { first, _ in first }
    let common = names.indices.filter { theirs[names[$0]] != nil }
    return PilotUnits(
      names: common.map { names[$0] }, means: common.map { (theirs[names[$0]] ?? .nan) - means[$0] },
      repeated: repeated + other.repeated, samples: min(samples, other.samples))
  }

  /// Whether a unit was measured more than once, so that the two variances can be told apart.
  public var isRepeated: Bool { !repeated.isEmpty }

  /// The variance of the units' means.
  private var meanVariance: Double { sampleVariance(of: means) }

  /// The standard deviation between units, without what a measurement adds; nil of fewer than two units.
  public var between: Estimate? {
    guard means.count >= 2 else { return nil }
    return deviation(
      meanVariance, freedom: meanFreedom, less: repeated.map { ($0.variance * $0.share, $0.freedom) })
  }

  /// The standard deviation between measurements of one unit; nil where nothing was measured twice.
  public var within: Estimate? {
    guard let own = repeated.first else { return nil }
    let variance = repeated.reduce(0) { $0 + $1.variance }
    let squares = repeated.reduce(0) { $0 + $1.variance * $1.variance / $1.freedom }
    guard variance > 0 else { return Estimate(0) }
    let freedom = repeated.count == 1 ? own.freedom : variance * variance / squares
    return Estimate(variance.squareRoot(), deviationInterval(variance.squareRoot(), degreesOfFreedom: freedom))
  }

  /// How well the variance of the means is known: n − 1, or fewer where long tails make it less sure (Bonett, Computational
  /// Statistics & Data Analysis 50, 2006: the variance of ln s² is (γ − (n − 3)/n) / (n − 1), with the kurtosis γ about a
  /// trimmed mean; 2 / ν of a chi-square distribution).
  private var meanFreedom: Double {
    let n = Double(means.count)
    guard n > 4 else { return n - 1 }
    let sorted = means.sorted()
    // 1 / (2 √(n − 4)) of them are trimmed at either end.
    let cut = min(Int(n / (2 * (n - 4).squareRoot())), (means.count - 1) / 2)
    let centre = mean(of: Array(sorted[cut..<sorted.count - cut]))
    let squares = sumOfSquares(means, about: mean(of: means))
    guard squares > 0 else { return n - 1 }
    let fourth = means.reduce(0) { $0 + ($1 - centre) * ($1 - centre) * ($1 - centre) * ($1 - centre) }
    let kurtosis = n * fourth / (squares * squares)
    let spread = (kurtosis - (n - 3) / n) / (n - 1)
    return spread > 0 ? max(1, min(n - 1, 2 / spread)) : n - 1
  }

  /// A mean over units that are measured `samples` times each; nil where nothing varies, or of fewer than two units.
  ///
  /// Its variance is that of the pilot's means, with (1/m − 1/n) of that between measurements for m of them in the place of n.
  /// Its degrees of freedom are Satterthwaite's (Biometrics Bulletin 2, 1946).
  public func plan(samples count: Int) -> PlannedMean? {
    guard means.count >= 2 else { return nil }
    let own = meanVariance
    var (variance, squares, least) = (own, own * own / meanFreedom, 0.0)
    for part in repeated {
      let added = part.variance * (1 / Double(count) - part.share)
      variance += added
      squares += added * added / part.freedom
      least += part.variance / Double(count)
    }
    // A variance between units that comes out negative is none.
    variance = max(variance, least)
    let scale = means.reduce(0) { max($0, abs($1)) }
    guard variance > 1e-24 * scale * scale, squares > 0 else { return nil }
    return PlannedMean(variance: variance, freedom: max(1, variance * variance / squares))
  }
}

/// The root of `variance` less the sum of `parts`, at least 0, with the interval of 95 % that follows from what each may truly be,
/// s² ν / χ²: a generalised interval (Weerahandi, Exact Statistical Methods for Data Analysis, 1995, section 6.4), over a grid of
/// quantiles, so that nothing is drawn.
func deviation(_ variance: Double, freedom: Double, less parts: [(variance: Double, freedom: Double)]) -> Estimate {
  let value = max(0, variance - parts.reduce(0) { $0 + $1.variance })
  func quantiles(_ variance: Double, _ freedom: Double) -> [Double] {
    (0..<grid).map { place in
      variance * freedom / chiSquareQuantile((Double(place) + 0.5) / Double(grid), degreesOfFreedom: freedom)
    }
  }
  var sums = quantiles(variance, freedom)
  // Parts are many measurements together, and better known than the whole: one after the other on a grid that stays as long.
  for part in parts where part.variance > 0 {
    let own = quantiles(part.variance, part.freedom)
    let all = sums.flatMap { sum in own.map { sum - $0 } }.sorted()
    sums = (0..<grid).map { quantile(sorted: all, (Double($0) + 0.5) / Double(grid)) }
  }
  let ends = sums.sorted()
  return Estimate(
    value.squareRoot(),
    Interval(
      low: max(0, quantile(sorted: ends, 0.025)).squareRoot(), high: max(0, quantile(sorted: ends, 0.975)).squareRoot())
  )
}

/// The quantiles of each variance that are combined.
private let grid = 100
