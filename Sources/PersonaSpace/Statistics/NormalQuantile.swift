internal import Glibc

/// The number of standard deviations that a standard normal variable is away from 0, to either side, with `probability` at
/// least: the z of a two-sided test. Infinite for 0.
///
/// - Precondition: `probability` lies in 0…1.
func normalDeviate(twoSided probability: Double) -> Double {
  precondition((0...1).contains(probability), "no probability")
  if probability == 0 { return .infinity }
  // erfc(z / √2) is monotone; bisection to the last bit, up to where erfc underflows.
  var (low, high) = (0.0, 39.0)
  for _ in 0..<80 {
    let middle = (low + high) / 2
    if erfc(middle / 2.0.squareRoot()) > probability { low = middle } else { high = middle }
  }
  return (low + high) / 2
}

/// The same for Student's t with `degrees` degrees of freedom: P(|t| > x) = I(ν / (ν + x²); ν/2, 1/2) (DLMF 8.17, Abramowitz &
/// Stegun 26.7.1).
///
/// - Precondition: `probability` lies in 0…1 and is not 0, `degrees` is positive.
func studentDeviate(twoSided probability: Double, degrees: Double) -> Double {
  precondition(probability > 0 && probability <= 1 && degrees > 0, "no probability, or no degrees of freedom")
  var (low, high) = (0.0, 1.0)
  func outside(_ x: Double) -> Double { regularizedIncompleteBeta(degrees / (degrees + x * x), degrees / 2, 0.5) }
  while outside(high) > probability, high < 1e100 { high *= 2 }
  for _ in 0..<100 {
    let middle = (low + high) / 2
    if outside(middle) > probability { low = middle } else { high = middle }
  }
  return (low + high) / 2
}
