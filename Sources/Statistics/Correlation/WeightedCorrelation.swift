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
  let ascending = AscendingOrder(values)
  let order = ascending.order
  var (place, below) = (0, 0.0)
  /// Gives the places up to `end`, of values that differ, their ranks.
  func rank(upTo end: Int) {
    while place < end {
      let index = Int(order[place])
      let own = weights[index]
      ranks[index] = below + (own + 1) / 2
      below += own
      place += 1
    }
  }
  for tie in ascending.ties {
    rank(upTo: tie.lowerBound)
    var own = 0.0
    for place in tie { own += weights[Int(order[place])] }
    for place in tie { ranks[Int(order[place])] = below + (own + 1) / 2 }
    below += own
    place = tie.upperBound
  }
  rank(upTo: order.count)
  return ranks
}
