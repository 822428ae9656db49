/// The rank of each value, 1 for the largest; equal values rank in the order given.
///
/// - Complexity: O(n log n).
public func descendingRanks(of values: [Double]) -> [Int] {
  var ranks = [Int](repeating: 0, count: values.count)
  let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
  for (rank, index) in order.enumerated() { ranks[index] = rank + 1 }
  return ranks
}
