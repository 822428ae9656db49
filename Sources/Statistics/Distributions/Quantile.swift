/// The `share` quantile (0…1) of `values`, interpolated linearly between order statistics: the default of R (type 7)
/// and NumPy.
///
/// - Precondition: there is a value, none is NaN, and `share` lies in 0…1.
public func quantile(_ values: [Double], _ share: Double) -> Double {
  precondition(!values.isEmpty && (0...1).contains(share), "a quantile of nothing, or outside 0…1")
  return quantile(sorted: values.sorted(), share)
}

/// The same of values that ascend.
package func quantile(sorted: [Double], _ share: Double) -> Double {
  let place = share * Double(sorted.count - 1)
  let below = Int(place.rounded(.down))
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
}
