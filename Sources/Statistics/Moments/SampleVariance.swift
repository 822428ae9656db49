/// The mean of `values` about the first, so that what they share does not cost digits; NaN of none.
package func mean(of values: [Double]) -> Double {
  guard let first = values.first else { return .nan }
  return first + values.reduce(0) { $0 + ($1 - first) } / Double(values.count)
}

/// Σ (xᵢ − `centre`)²; 0 of none.
package func sumOfSquares(_ values: [Double], about centre: Double) -> Double {
  values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
}

/// The sample variance Σ (xᵢ − x̄)² / (n − 1), in squared units of `values`; NaN of fewer than two.
package func sampleVariance(of values: [Double]) -> Double {
  values.count < 2 ? .nan : sumOfSquares(values, about: mean(of: values)) / Double(values.count - 1)
}

/// The sample standard deviation, the root of `sampleVariance(of:)`; NaN of fewer than two.
package func standardDeviation(of values: [Double]) -> Double { sampleVariance(of: values).squareRoot() }

/// `values` less their mean.
package func centred(_ values: [Double]) -> [Double] {
  let mean = values.reduce(0, +) / Double(values.count)
  return values.map { $0 - mean }
}
