/// The indices of `values`, smallest value first, equal ones in their order; none is NaN.
///
/// Millions of pairs of roles are sorted for each of a thousand samples. Where many values lie apart from one another, as cosines do, they
/// are sorted by distribution and insertion (Knuth, The Art of Computer Programming, vol. 3, section 5.2.1), else by their bits, eleven at a
/// time (radix sort, section 5.2.5). Both give the same order.
///
/// - Complexity: O(n).
package func ascendingOrder(of values: [Double]) -> [UInt32] { ascending(values).order }

/// The same, and the values in that order.
func ascending(_ values: [Double]) -> (order: [UInt32], values: [Double]) {
  if let found = distributed(values) { return found }
  let order = radixSorted(values)
  return (order, order.map { values[Int($0)] })
}

/// Fewer values are not worth a table of places.
private let leastDistributed = 4096
/// The most values that one place may hold.
private let mostInPlace = 48

/// The order by places of equal width between the least and the largest value, sorted by insertion within each; nil if values are few, or
/// one place would hold many of them.
private func distributed(_ values: [Double]) -> (order: [UInt32], values: [Double])? {
  let count = values.count
  guard count >= leastDistributed, let least = values.min(), let most = values.max(), most > least else { return nil }
  // Two values to a place on average.
  let places = count / 2
  let scale = Double(places - 1) / (most - least)
  guard scale.isFinite, scale > 0 else { return nil }
  // Subtraction and multiplication never reverse an order, so that a place holds no value above one of the next.
  var ends = [UInt32](repeating: 0, count: places + 1)
  var place = [UInt32](repeating: 0, count: count)
  for i in 0..<count {
    let own = Int((values[i] - least) * scale)
    place[i] = UInt32(truncatingIfNeeded: own)
    ends[own + 1] += 1
  }
  var sum: UInt32 = 0
  for i in 1...places {
    if ends[i] > mostInPlace { return nil }
    sum += ends[i]
    ends[i] = sum
  }
  var (order, sorted) = ([UInt32](repeating: 0, count: count), [Double](repeating: 0, count: count))
  for i in 0..<count {
    let next = Int(ends[Int(place[i])])
    order[next] = UInt32(truncatingIfNeeded: i)
    sorted[next] = values[i]
    ends[Int(place[i])] += 1
  }
  // What is out of order lies within one place.
  for i in 1..<count {
    let (value, index) = (sorted[i], order[i])
    var j = i
    while j > 0, sorted[j - 1] > value {
      (sorted[j], order[j]) = (sorted[j - 1], order[j - 1])
      j -= 1
    }
    (sorted[j], order[j]) = (value, index)
  }
  return (order, sorted)
}

private func radixSorted(_ values: [Double]) -> [UInt32] {
  let count = values.count
  var keys = [UInt64](repeating: 0, count: count)
  for i in 0..<count {
    // The order of doubles is that of their bits, of negative ones reversed; −0 is 0.
    let bits = (values[i] + 0).bitPattern
    keys[i] = bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }
  var order = [UInt32](repeating: 0, count: count)
  for i in 0..<count { order[i] = UInt32(truncatingIfNeeded: i) }
  var next = order
  for shift in stride(from: UInt64(0), to: 64, by: 11) {
    var places = [Int](repeating: 0, count: 2048)
    for i in 0..<count { places[Int(truncatingIfNeeded: keys[i] >> shift & 2047)] += 1 }
    if places.contains(count) { continue }
    var sum = 0
    for digit in 0..<2048 { (places[digit], sum) = (sum, sum + places[digit]) }
    for i in 0..<count {
      let index = order[i]
      let digit = Int(truncatingIfNeeded: keys[Int(index)] >> shift & 2047)
      next[places[digit]] = index
      places[digit] += 1
    }
    swap(&order, &next)
  }
  return order
}
