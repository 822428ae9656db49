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

/// The quantiles at two ascending shares, to the same bits, of values that need not ascend: what lies between is not sorted.
package func quantiles(_ values: [Double], _ low: Double, _ high: Double) -> (low: Double, high: Double) {
  precondition(!values.isEmpty && low <= high, "quantiles of nothing, or not in order")
  var (values, first) = (values, 0)
  func next(_ share: Double) -> Double {
    let place = share * Double(values.count - 1)
    let below = Int(place.rounded(.down))
    select(below, in: &values, from: first)
    first = below
    let above = values[(below + 1)...].min() ?? values[below]
    return values[below] + (place - Double(below)) * (above - values[below])
  }
  return (next(low), next(high))
}

/// Moves the value that belongs at `place` in ascending order there, and from `first` on, where what is before belongs, smaller ones before
/// it and larger ones behind (Hoare, Communications of the ACM 4, 1961, algorithm 65).
private func select(_ place: Int, in values: inout [Double], from first: Int) {
  var (low, high) = (first, values.count - 1)
  while low < high {
    let (a, b, c) = (values[low], values[(low + high) / 2], values[high])
    let pivot = max(min(a, b), min(max(a, b), c))
    var (i, j) = (low, high)
    while i <= j {
      while values[i] < pivot { i += 1 }
      while values[j] > pivot { j -= 1 }
      if i > j { break }
      values.swapAt(i, j)
      (i, j) = (i + 1, j - 1)
    }
    if place <= j { high = j } else if place >= i { low = i } else { return }
  }
}
