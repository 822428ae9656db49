public import Statistics

/// What a study is to show.
public enum PlanGoal: Sendable, Equatable {
  /// A mean that lies `effect` from 0, in axis position, is told from 0 with `power`: by Student's t, two-sided at 5 %.
  case power(effect: Double, power: Double)
  /// The interval of 95 % reaches `halfWidth` to either side, on average.
  case interval(halfWidth: Double)
}

/// A number of things that a study takes.
public struct PlannedNumber: Sendable, Equatable {
  /// The number, with which the goal is reached on average over what the variance may be after the pilot.
  public let needed: Int
  /// What it would be with the variance at the lower and at the upper end of its interval of 95 %; nil of more than
  /// `PlannedMean.most`.
  public let low, high: Int?

  /// `needed`, between `low` and `high`.
  public init(needed: Int, low: Int?, high: Int?) { (self.needed, self.low, self.high) = (needed, low, high) }
}

/// A mean over units (conversations, questions) that a study estimates, by what a pilot showed of the variance of one.
public struct PlannedMean: Sendable, Equatable {
  /// The variance of one unit, or of one of each of two groups together; in squared axis position, positive.
  public let variance: Double
  /// How well the pilot knows it: the degrees of freedom of a chi-square distribution that is as wide.
  public let freedom: Double
  /// The degrees of freedom that each further unit gives the study's own test: 1 for one mean, and in 1…2 for a difference
  /// between two groups of as many units each (Welch, Biometrika 34, 1947).
  public let freedomPerUnit: Double

  /// More are not looked for.
  public static let most = 1_000_000

  /// - Precondition: the variance is positive, and there is a degree of freedom.
  public init(variance: Double, freedom: Double, freedomPerUnit: Double = 1) {
    precondition(variance > 0 && freedom >= 1 && freedomPerUnit >= 1, "nothing to plan by")
    (self.variance, self.freedom, self.freedomPerUnit) = (variance, freedom, freedomPerUnit)
  }

  /// The difference between this mean and `other`, of another group of as many units.
  public func difference(from other: PlannedMean) -> PlannedMean {
    let sum = variance + other.variance
    return PlannedMean(
      variance: sum,
      freedom: sum * sum / (variance * variance / freedom + other.variance * other.variance / other.freedom),
      freedomPerUnit: sum * sum / (variance * variance + other.variance * other.variance))
  }

  /// The standard deviation of one unit, with its interval.
  public var deviation: Estimate {
    Estimate(variance.squareRoot(), deviationInterval(variance.squareRoot(), degreesOfFreedom: freedom))
  }

  /// The units that `goal` takes, at least `Interval.leastClusters`, as fewer have no interval; nil of more than `most`.
  ///
  /// The variance is known from a pilot alone. What is reached is therefore averaged over what it may be, s² ν / χ² (Julious &
  /// Owen, Pharmaceutical Statistics 5, 2006): a number that takes s² for the truth promises too much after small pilots.
  public func number(for goal: PlanGoal) -> PlannedNumber? {
    let ratio = DeviationRatio(degreesOfFreedom: freedom)
    guard let needed = least(for: goal, ratio) else { return nil }
    let ends = deviation.interval.map { [$0.low * $0.low, $0.high * $0.high] } ?? []
    let bounds = ends.map { least(for: goal, nil, variance: $0) }
    return PlannedNumber(needed: needed, low: bounds.first ?? nil, high: bounds.last ?? nil)
  }

  /// The fewest units; of the variance `variance` as it is without `ratio`.
  private func least(for goal: PlanGoal, _ ratio: DeviationRatio?, variance: Double? = nil) -> Int? {
    let variance = variance ?? self.variance
    func suffices(_ count: Int) -> Bool {
      let error = (variance / Double(count)).squareRoot()
      let freedom = freedomPerUnit * Double(count - 1)
      switch goal {
      case .power(let effect, let power):
        let test = StudentTest(degreesOfFreedom: freedom)
        let distance = abs(effect) / error
        // Where the true deviation is σ, s / σ = u: the distance in true errors is u times that in estimated ones.
        let reached =
          ratio?.mean { test.power(noncentrality: distance * $0) } ?? test.power(noncentrality: distance)
        return reached >= power
      case .interval(let halfWidth):
        let own = studentDeviate(twoSided: 0.05, degreesOfFreedom: freedom)
        let shrunk = DeviationRatio(degreesOfFreedom: freedom).expectation
        return own * shrunk * error * (ratio?.inverseExpectation ?? 1) <= halfWidth
      }
    }
    var (below, above) = (Interval.leastClusters - 1, Interval.leastClusters)
    while !suffices(above) {
      guard above < Self.most else { return nil }
      (below, above) = (above, min(2 * above, Self.most))
    }
    while above - below > 1 {
      let middle = (below + above) / 2
      if suffices(middle) { above = middle } else { below = middle }
    }
    return above
  }
}
