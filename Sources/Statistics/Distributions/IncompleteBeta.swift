internal import Glibc

/// ln Γ(x) for x > 0. Plain `lgamma` writes the sign to a global, which layers fitted side by side would share.
func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return unsafe lgamma_r(x, &sign)
}

/// The regularised incomplete beta function Iₓ(a, b), by its continued fraction (DLMF 8.17.22) in Lentz's form.
package func regularizedIncompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
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
