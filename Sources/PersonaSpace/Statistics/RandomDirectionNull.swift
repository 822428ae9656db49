internal import Glibc

/// The distribution of |cos| between a fixed and a uniformly random direction in d dimensions.
///
/// cos² ~ Beta(1/2, (d − 1)/2). A cosine below the 95 % quantile says nothing.
public struct RandomDirectionNull: Sendable {
  /// The number of dimensions.
  public let dimensions: Int

  /// The null in `dimensions` ≥ 1 dimensions.
  public init(dimensions: Int) {
    precondition(dimensions >= 1, "no dimensions")
    self.dimensions = dimensions
  }

  /// The probability that |cos| is at most `cosine`, in 0…1.
  public func probability(below cosine: Double) -> Double {
    if dimensions == 1 { return cosine < 1 ? 0 : 1 }
    return regularizedIncompleteBeta(cosine * cosine, 0.5, Double(dimensions - 1) / 2)
  }

  /// The value below which |cos| falls with `probability`.
  public func quantile(_ probability: Double) -> Double {
    if dimensions == 1 { return 1 }
    // Bisection to the last bit: the distribution function is monotone, and 60 halvings of [0, 1] exhaust it.
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if self.probability(below: middle) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

/// ln Γ(x) for x > 0. Plain `lgamma` writes the sign to a global, which layers fitted side by side would share.
private func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return unsafe lgamma_r(x, &sign)
}

/// The regularised incomplete beta function Iₓ(a, b), by its continued fraction (DLMF 8.17.22) in Lentz's form.
func regularizedIncompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  // The fraction converges fast below the mean; the symmetry Iₓ(a, b) = 1 − I₁₋ₓ(b, a) brings x there.
  if x > (a + 1) / (a + b + 2) { return 1 - regularizedIncompleteBeta(1 - x, b, a) }
  let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)) / a
  let tiny = 1e-300
  var (c, d) = (1.0, 1 - (a + b) * x / (a + 1))
  d = 1 / (abs(d) < tiny ? tiny : d)
  var fraction = d
  for i in 1...10_000 {
    let m = Double(i)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    var change = 1.0
    for term in [even, odd] {
      d = 1 + term * d
      c = 1 + term / c
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = abs(c) < tiny ? tiny : c
      change = c * d
      fraction *= change
    }
    if abs(change - 1) < 1e-15 { break }
  }
  return front * fraction
}
