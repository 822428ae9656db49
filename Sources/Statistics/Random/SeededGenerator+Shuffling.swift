extension SeededGenerator {
  /// Puts the elements at `range` in another order, each as likely as any other (Fisher and Yates; Durstenfeld, Communications
  /// of the ACM 7, 1964).
  ///
  /// The standard library's `shuffle(using:)` takes other numbers for it: the orders that `swapAt` makes here are what a seed
  /// has given from the first.
  ///
  /// - Complexity: O(n).
  @inlinable package mutating func shuffle<Element>(_ elements: inout [Element], in range: Range<Int>) {
    guard range.count > 1 else { return }
    for last in stride(from: range.count - 1, to: 0, by: -1) {
      elements.swapAt(range.lowerBound + last, range.lowerBound + Int(next(below: UInt32(last + 1))))
    }
  }

  /// Puts `elements` in another order, each as likely as any other.
  @inlinable package mutating func shuffle<Element>(_ elements: inout [Element]) {
    shuffle(&elements, in: elements.indices)
  }
}
