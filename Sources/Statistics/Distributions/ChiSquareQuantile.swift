internal import Glibc

/// The regularised lower incomplete gamma function P(a, x): by its series up to a + 1 (DLMF 8.11.4), beyond that by its continued
/// fraction (DLMF 8.9.2) in Lentz's form.
///
/// - Precondition: `a` is positive.
package func regularizedIncompleteGamma(_ a: Double, _ x: Double) -> Double {
  precondition(a > 0, "no such gamma function")
  if x <= 0 { return 0 }
  let front = exp(a * log(x) - x - logGamma(a))
  if x < a + 1 {
    var (term, sum, n) = (1 / a, 1 / a, a)
    repeat {
      n += 1
      term *= x / n
      sum += term
    } while term > sum * 1e-17
    return front * sum
  }
  let tiny = 1e-300
  var b = x + 1 - a
  var (c, d) = (1 / tiny, 1 / b)
  var fraction = d
  for i in 1...100_000 {
    let step = -Double(i) * (Double(i) - a)
    b += 2
    d = step * d + b
    c = b + step / c
    d = 1 / (abs(d) < tiny ? tiny : d)
    c = abs(c) < tiny ? tiny : c
    let change = c * d
    fraction *= change
    if abs(change - 1) < 1e-15 { break }
  }
  return 1 - front * fraction
}

/// The value that a chi-square variable is below with `probability`.
///
/// - Precondition: `probability` lies in 0…1, exclusive, and `degreesOfFreedom` is positive; it need not be whole.
package func chiSquareQuantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
  precondition(probability > 0 && probability < 1 && degreesOfFreedom > 0, "no probability, or no degree of freedom")
  var (low, high) = (0.0, max(1, 2 * degreesOfFreedom))
  while regularizedIncompleteGamma(degreesOfFreedom / 2, high / 2) < probability { high *= 2 }
  for _ in 0..<100 {
    let middle = (low + high) / 2
    if regularizedIncompleteGamma(degreesOfFreedom / 2, middle / 2) < probability {
      low = middle
    } else {
      high = middle
    }
  }
  return (low + high) / 2
}

/// The interval of 95 % of a standard deviation whose estimate `deviation` has `degreesOfFreedom` of the chi-square distribution.
///
/// - Precondition: `degreesOfFreedom` is positive.
package func deviationInterval(_ deviation: Double, degreesOfFreedom: Double) -> Interval {
  Interval(
    low: deviation * (degreesOfFreedom / chiSquareQuantile(0.975, degreesOfFreedom: degreesOfFreedom)).squareRoot(),
    high: deviation * (degreesOfFreedom / chiSquareQuantile(0.025, degreesOfFreedom: degreesOfFreedom)).squareRoot())
}
