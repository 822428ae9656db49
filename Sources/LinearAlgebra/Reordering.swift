/// The elements of a list in another order: element j is the one at `order[j]`.
public struct Reordering: Sendable {
  /// Where each element is.
  public let order: [Int]

  /// The order `order`, of which all are places of a list as long as it.
  public init(_ order: [Int]) {
    precondition(order.allSatisfy(order.indices.contains), "a place beyond the list")
    self.order = order
  }

  /// Σ aⱼ b_order[j] over j in `range`: the inner product of a list with another that is reordered.
  ///
  /// Four sums side by side, which the processor works on together; the bits depend on nothing but the lists and the range.
  ///
  /// - Parameters:
  ///   - a: a list of which element j is at `startA` + j.
  ///   - b: a list of which element j is at `startB` + j.
  public func product(
    _ a: [Double], from startA: Int, _ b: [Double], from startB: Int, over range: Range<Int>
  ) -> Double {
    precondition(range.lowerBound >= 0 && range.upperBound <= order.count, "elements beyond the order")
    precondition(
      startA >= 0 && startA + order.count <= a.count && startB >= 0 && startB + order.count <= b.count,
      "elements beyond a list")
    return unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        unsafe order.withUnsafeBufferPointer { order in
          var (first, second, third, fourth) = (0.0, 0.0, 0.0, 0.0)
          var j = range.lowerBound
          while j + 4 <= range.upperBound {
            unsafe first += a[startA + j] * b[startB + order[j]]
            unsafe second += a[startA + j + 1] * b[startB + order[j + 1]]
            unsafe third += a[startA + j + 2] * b[startB + order[j + 2]]
            unsafe fourth += a[startA + j + 3] * b[startB + order[j + 3]]
            j += 4
          }
          while j < range.upperBound {
            unsafe first += a[startA + j] * b[startB + order[j]]
            j += 1
          }
          return (first + second) + (third + fourth)
        }
      }
    }
  }
}
