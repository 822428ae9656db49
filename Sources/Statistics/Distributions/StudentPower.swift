internal import Glibc

/// The distribution of s / σ, a sample standard deviation over the true one: √(χ²/ν), as points and weights of Gauss and Legendre.
///
/// It serves to average what depends on a standard deviation that is estimated.
package struct DeviationRatio: Sendable {
  /// The points, and their weights, which sum to 1.
  package let points, weights: [Double]
  /// The degrees of freedom ν.
  package let degreesOfFreedom: Double

  /// With `degreesOfFreedom` of at least 1; they need not be whole.
  package init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom >= 1, "no degree of freedom")
    self.degreesOfFreedom = degreesOfFreedom
    // The standard deviation of s / σ is close to 1 / √(2ν), and nothing of note lies twelve of them away.
    let reach = 12 / (2 * degreesOfFreedom).squareRoot()
    let (low, high) = (max(0, 1 - reach), 1 + reach)
    let half = degreesOfFreedom / 2
    let constant = log(2.0) + half * log(half) - logGamma(half)
    points = Self.nodes.points.map { (low + high) / 2 + (high - low) / 2 * $0 }
    weights = zip(points, Self.nodes.weights).map { point, weight in
      let density = exp(constant + (degreesOfFreedom - 1) * log(point) - half * point * point)
      return (high - low) / 2 * weight * density
    }
  }

  /// The mean of `value` over the distribution.
  package func mean(of value: (Double) -> Double) -> Double {
    var sum = 0.0
    for (point, weight) in zip(points, weights) { sum += weight * value(point) }
    return sum
  }

  /// E[s] / σ, by which a sample standard deviation falls short: √(2/ν) Γ((ν + 1)/2) / Γ(ν/2).
  package var expectation: Double {
    (2 / degreesOfFreedom).squareRoot() * exp(logGamma((degreesOfFreedom + 1) / 2) - logGamma(degreesOfFreedom / 2))
  }

  /// E[σ / s]: √(ν/2) Γ((ν − 1)/2) / Γ(ν/2); infinite of one degree of freedom.
  package var inverseExpectation: Double {
    degreesOfFreedom <= 1
      ? .infinity
      : (degreesOfFreedom / 2).squareRoot()
        * exp(logGamma((degreesOfFreedom - 1) / 2) - logGamma(degreesOfFreedom / 2))
  }

  /// The roots of the Legendre polynomial of degree 96 and their weights on −1…1, by Newton's method (Abramowitz & Stegun, 25.4.29).
  private static let nodes: (points: [Double], weights: [Double]) = {
    let count = 96
    var (points, weights) = ([Double](), [Double]())
    for i in 0..<count {
      var (x, slope) = (cos(.pi * (Double(i) + 0.75) / (Double(count) + 0.5)), 0.0)
      for _ in 0..<100 {
        var (own, before) = (x, 1.0)
        for k in 2...count {
          (own, before) = (((2 * Double(k) - 1) * x * own - (Double(k) - 1) * before) / Double(k), own)
        }
        slope = Double(count) * (x * own - before) / (x * x - 1)
        let step = own / slope
        x -= step
        if abs(step) < 1e-16 { break }
      }
      points.append(x)
      weights.append(2 / ((1 - x * x) * slope * slope))
    }
    return (points, weights)
  }()
}

/// The power of a two-sided test by Student's t at `level`: how often |t| exceeds its quantile where the mean lies
/// `noncentrality` standard errors from 0 (noncentral t; Johnson, Kotz & Balakrishnan, chapter 31).
///
/// - Precondition: `degreesOfFreedom` is at least 1; it need not be whole.
package func studentPower(noncentrality: Double, degreesOfFreedom: Double, level: Double = 0.05) -> Double {
  StudentTest(degreesOfFreedom: degreesOfFreedom, level: level).power(noncentrality: noncentrality)
}

/// A two-sided test by Student's t.
package struct StudentTest: Sendable {
  /// What |t| must exceed.
  package let threshold: Double
  private let ratio: DeviationRatio

  /// A test at `level` with `degreesOfFreedom` of at least 1.
  package init(degreesOfFreedom: Double, level: Double = 0.05) {
    threshold = studentDeviate(twoSided: level, degreesOfFreedom: degreesOfFreedom)
    ratio = DeviationRatio(degreesOfFreedom: degreesOfFreedom)
  }

  /// How often |t| exceeds `threshold` where the mean lies `noncentrality` standard errors from 0. With u = s / σ it is the mean
  /// of Φ(δ − t u) + Φ(−δ − t u).
  package func power(noncentrality: Double) -> Double {
    let root = 2.0.squareRoot()
    let power = ratio.mean { u in
      (erfc((threshold * u - noncentrality) / root) + erfc((threshold * u + noncentrality) / root)) / 2
    }
    return min(max(power, 0), 1)
  }
}
