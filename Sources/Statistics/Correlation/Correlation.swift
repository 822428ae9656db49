/// The product-moment correlation of two lists of the same length; NaN if either is constant or they have fewer than two
/// elements.
public func pearsonCorrelation(_ x: [Double], _ y: [Double]) -> Double {
  precondition(x.count == y.count, "lists differ in length")
  guard x.count >= 2 else { return .nan }
  let (meanX, meanY) = (mean(of: x), mean(of: y))
  var (xx, yy, xy) = (0.0, 0.0, 0.0)
  for i in x.indices {
    let (dx, dy) = (x[i] - meanX, y[i] - meanY)
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
  }
  guard xx > 0, yy > 0 else { return .nan }
  // The root of the product is exact for equal lists, unless the product leaves the range of doubles.
  let product = xx * yy
  let scale = product.isNormal && product.isFinite ? product.squareRoot() : xx.squareRoot() * yy.squareRoot()
  return min(max(xy / scale, -1), 1)
}

/// Spearman's rank correlation of two lists of the same length: the product-moment correlation of their ranks, of which equal
/// values share the mean; NaN if either is constant.
public func spearmanCorrelation(_ x: [Double], _ y: [Double]) -> Double {
  pearsonCorrelation(midranks(of: x), midranks(of: y))
}

/// The rank of each value, 1 for the smallest; equal values share the mean of their ranks.
///
/// - Complexity: O(n log n).
public func midranks(of values: [Double]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
    let rank = Double(start + end + 1) / 2
    for place in start..<end { ranks[order[place]] = rank }
    start = end
  }
  return ranks
}
