internal import Glibc
internal import Synchronization

/// The value that |t| of Student's distribution exceeds with `probability`, to either side: 2.228 for .05 and 10 degrees of
/// freedom.
///
/// - Precondition: `probability` lies in 0…1, exclusive, and there is a degree of freedom.
package func studentDeviate(twoSided probability: Double, degreesOfFreedom: Int) -> Double {
  studentDeviate(twoSided: probability, degreesOfFreedom: Double(degreesOfFreedom))
}

/// The same of degrees of freedom that need not be whole.
package func studentDeviate(twoSided probability: Double, degreesOfFreedom freedom: Double) -> Double {
  precondition(probability > 0 && probability < 1 && freedom >= 1, "no probability, or no degree of freedom")
  // P(|t| > x) = I(ν / (ν + x²); ν/2, 1/2) (DLMF 8.17), monotone in the argument: bisection to the last bit.
  var (low, high) = (0.0, 1.0)
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if regularizedIncompleteBeta(middle, freedom / 2, 0.5) < probability { low = middle } else { high = middle }
  }
  return (freedom * (1 / low - 1)).squareRoot()
}

/// The share of replicates to leave out at each end of a percentile interval of 95 % over `count` independent things.
///
/// The bootstrap distribution of a mean is narrower than that of the estimate by √((n − 1)/n), and its ends are normal where
/// Student's are wanted; percentiles farther out make up for both (Hesterberg, The American Statistician 69, 2015, section 5:
/// expanded percentile intervals): Φ(−√(n/(n − 1)) · t), which tends to 2.5 %.
package func percentileTail(_ count: Int) -> Double {
  // Thousands of intervals are over as many things.
  if let known = knownTails.withLock({ $0[count] }) { return known }
  let tail = tail(count)
  knownTails.withLock { $0[count] = tail }
  return tail
}

private let knownTails = Mutex<[Int: Double]>([:])

private func tail(_ count: Int) -> Double {
  let size = Double(count)
  let deviate = studentDeviate(twoSided: 0.05, degreesOfFreedom: count - 1)
  return erfc((size / (size - 1)).squareRoot() * deviate / 2.0.squareRoot()) / 2
}
