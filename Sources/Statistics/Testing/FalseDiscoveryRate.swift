/// The p-values as adjusted for the number of them: the least false discovery rate at which each would be called (Benjamini &
/// Hochberg, Journal of the Royal Statistical Society B 57, 1995). In the order given; NaN stays NaN and does not count.
public func falseDiscoveryRates(_ probabilities: [Double]) -> [Double] {
  let order = probabilities.indices.filter { !probabilities[$0].isNaN }.sorted { probabilities[$0] < probabilities[$1] }
  var rates = [Double](repeating: .nan, count: probabilities.count)
  var least = 1.0
  for (place, index) in order.enumerated().reversed() {
    least = min(least, probabilities[index] * Double(order.count) / Double(place + 1))
    rates[index] = least
  }
  return rates
}
