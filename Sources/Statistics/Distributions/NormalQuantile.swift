internal import Glibc

/// The number of standard deviations that a standard normal variable is away from 0, to either side, with `probability` at
/// least: the z of a two-sided test. Infinite for 0.
///
/// - Precondition: `probability` lies in 0…1.
package func normalDeviate(twoSided probability: Double) -> Double {
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
