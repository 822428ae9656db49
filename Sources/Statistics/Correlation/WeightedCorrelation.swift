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
/// often, for whole weights; NaN if either is constant or an element is NaN.
///
/// Of millions of pairs, fetching numbers in the order of others takes longest. It is done once for each list: the second one and the
/// weights go into the order of the first before the second is sorted.
package func spearmanCorrelation(_ x: [Double], _ y: [Double], weights: [Double]) -> Double {
  precondition(x.count == y.count && x.count == weights.count, "lists differ in length")
  if x.contains(where: \.isNaN) || y.contains(where: \.isNaN) { return .nan }
  guard x.contains(where: { $0 != x[0] }), y.contains(where: { $0 != y[0] }) else { return .nan }
  // The mean of the ranks of all copies, ties or not.
  let centre = (weights.reduce(0, +) + 1) / 2
  var values = [Double](repeating: 0, count: x.count)
  // Of each element its weight and its rank in the first list, less the mean.
  var elements = [SIMD2<Double>](repeating: .zero, count: x.count)
  var (xx, yy, xy) = (0.0, 0.0, 0.0)
  let first = AscendingOrder(x)
  for i in x.indices { elements[i] = SIMD2(weights[i], y[i]) }
  let ordered = first.order.map { elements[Int($0)] }
  first.forEachRank(weight: { ordered[$0][0] }) { place, weight, rank in
    let distance = rank - centre
    values[place] = ordered[place][1]
    elements[place] = SIMD2(weight, distance)
    xx += weight * distance * distance
  }
  let second = AscendingOrder(values)
  let reordered = second.order.map { elements[Int($0)] }
  second.forEachRank(weight: { reordered[$0][0] }) { place, weight, rank in
    let distance = rank - centre
    yy += weight * distance * distance
    xy += weight * reordered[place][1] * distance
  }
  guard xx > 0, yy > 0 else { return .nan }
  return min(max(xy / (xx.squareRoot() * yy.squareRoot()), -1), 1)
}

/// The mean rank of the copies of each value, of which there are `weights`; equal values share the mean of their ranks. All NaN
/// if a value is.
///
/// - Complexity: O(n).
package func midranks(of values: [Double], weights: [Double]) -> [Double] {
  precondition(values.count == weights.count, "lists differ in length")
  var ranks = [Double](repeating: .nan, count: values.count)
  if values.contains(where: \.isNaN) { return ranks }
  let ascending = AscendingOrder(values)
  let own = ascending.order.map { weights[Int($0)] }
  ascending.forEachRank(weight: { own[$0] }) { place, _, rank in ranks[Int(ascending.order[place])] = rank }
  return ranks
}

extension AscendingOrder {
  /// Calls `body` with every place of the order, its weight and its mean rank.
  ///
  /// - Parameter weight: of a place.
  @inline(__always)
  fileprivate func forEachRank(weight: (Int) -> Double, _ body: (Int, Double, Double) -> Void) {
    var (place, below) = (0, 0.0)
    /// Of the places up to `end`, of values that differ.
    func rank(upTo end: Int) {
      while place < end {
        let own = weight(place)
        body(place, own, below + (own + 1) / 2)
        below += own
        place += 1
      }
    }
    for tie in ties {
      rank(upTo: tie.lowerBound)
      var own = 0.0
      for place in tie { own += weight(place) }
      for place in tie { body(place, weight(place), below + (own + 1) / 2) }
      below += own
      place = tie.upperBound
    }
    rank(upTo: order.count)
  }
}
