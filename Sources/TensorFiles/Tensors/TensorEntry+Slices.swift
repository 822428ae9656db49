extension TensorEntry {
  /// Calls `body` with slices that follow one another in C order and together are the tensor.
  ///
  /// - Parameters:
  ///   - most: the elements that a slice has at most; at least one is had.
  ///   - body: takes a slice, as one range per dimension, and the number of elements before it.
  public func forEachSlice(ofAtMost most: Int, _ body: ([Range<Int>], Int) throws -> Void) rethrows {
    guard elementCount > 0 else { return }
    // The first dimensions one index at a time, one of them in pieces, those behind it whole.
    var (split, inner) = (shape.count, 1)
    while split > 0, inner <= most / shape[split - 1] {
      split -= 1
      inner *= shape[split]
    }
    guard split > 0 else { return try body(shape.map { 0..<$0 }, 0) }
    let axis = split - 1
    let step = max(1, most / inner)
    var ranges = shape.enumerated().map { $0 < axis ? 0..<1 : 0..<$1 }
    var start = 0
    while true {
      for first in stride(from: 0, to: shape[axis], by: step) {
        ranges[axis] = first..<min(first + step, shape[axis])
        try body(ranges, start)
        start += ranges[axis].count * inner
      }
      guard let next = (0..<axis).last(where: { ranges[$0].upperBound < shape[$0] }) else { return }
      ranges[next] = ranges[next].upperBound..<ranges[next].upperBound + 1
      for reset in next + 1..<max(axis, next + 1) { ranges[reset] = 0..<1 }
    }
  }
}
