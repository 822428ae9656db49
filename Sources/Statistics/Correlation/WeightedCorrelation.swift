/// The product-moment correlation of two lists whose elements count `weights` times; NaN if either is constant or an element
/// is NaN.
package func pearsonCorrelation(_ x: [Double], _ y: [Double], weights: [Double]) -> Double {
  precondition(x.count == y.count && x.count == weights.count, "lists differ in length")
  guard let (firstX, firstY) = x.first.flatMap({ first in y.first.map { (first, $0) } }) else { return .nan }
  var (total, sumX, sumY) = (0.0, 0.0, 0.0)
  for i in x.indices {
    total += weights[i]
    sumX += weights[i] * (x[i] - firstX)
    sumY += weights[i] * (y[i] - firstY)
  }
  let (meanX, meanY) = (firstX + sumX / total, firstY + sumY / total)
  var (xx, yy, xy) = (0.0, 0.0, 0.0)
  for i in x.indices {
    let (dx, dy) = (x[i] - meanX, y[i] - meanY)
    xx += weights[i] * dx * dx
    yy += weights[i] * dy * dy
    xy += weights[i] * dx * dy
  }
  guard xx > 0, yy > 0 else { return .nan }
  return min(max(xy / (xx.squareRoot() * yy.squareRoot()), -1), 1)
}

/// Spearman's rank correlation of two lists whose elements count `weights` times: that of the lists in which each is written so
/// often, for whole weights.
package func spearmanCorrelation(_ x: [Double], _ y: [Double], weights: [Double]) -> Double {
  pearsonCorrelation(midranks(of: x, weights: weights), midranks(of: y, weights: weights), weights: weights)
}

/// The mean rank of the copies of each value, of which there are `weights`; equal values share the mean of their ranks. All NaN
/// if a value is.
///
/// - Complexity: O(n).
package func midranks(of values: [Double], weights: [Double]) -> [Double] {
  precondition(values.count == weights.count, "lists differ in length")
  var ranks = [Double](repeating: .nan, count: values.count)
  for value in values where value.isNaN { return ranks }
  let (order, sorted) = ascending(values)
  var (start, below) = (0, 0.0)
  while start < order.count {
    var end = start
    var own = 0.0
    let value = sorted[start]
    while end < order.count, sorted[end] == value {
      own += weights[Int(order[end])]
      end += 1
    }
    let rank = below + (own + 1) / 2
    for place in start..<end { ranks[Int(order[place])] = rank }
    below += own
    start = end
  }
  return ranks
}
