/// The order in which a slice of a strided tensor is copied to a C-ordered output: along the storage, so that what
/// lies together is read together.
struct StridedWalk {
  /// Elements at equal distances in the storage and in the output, all in units of elements.
  struct Run {
    let offset: Int
    let stride: Int
    let target: Int
    let targetStride: Int
    let count: Int
  }

  private struct Dimension {
    var count: Int
    var stride: Int
    var targetStride: Int
  }

  private let outer: [Dimension]
  private let inner: Dimension
  private let offset: Int

  init(_ tensor: TensorEntry, _ ranges: [Range<Int>]) {
    offset = zip(ranges, tensor.strides).reduce(tensor.offset) { $0 + $1.0.lowerBound * $1.1 }
    var (dimensions, targetStride) = ([Dimension](), 1)
    for (range, stride) in zip(ranges, tensor.strides).reversed() {
      if range.count > 1 {
        dimensions.append(Dimension(count: range.count, stride: stride, targetStride: targetStride))
      }
      targetStride *= range.count
    }
    // Innermost first: the smallest stride. A repeated element (stride 0) is cheapest as an outer dimension.
    dimensions.sort { ($0.stride == 0 ? Int.max : $0.stride) < ($1.stride == 0 ? Int.max : $1.stride) }
    var merged: [Dimension] = []
    for dimension in dimensions {
      if let last = merged.last, dimension.stride == last.stride * last.count,
        dimension.targetStride == last.targetStride * last.count
      {
        merged[merged.count - 1].count *= dimension.count
      } else {
        merged.append(dimension)
      }
    }
    inner = merged.first ?? Dimension(count: 1, stride: 1, targetStride: 1)
    outer = Array(merged.dropFirst().reversed())
  }

  var isOneRun: Bool { outer.isEmpty }

  /// Whether no run begins before the one ahead of it ends.
  var isForward: Bool {
    var span = (inner.count - 1) * inner.stride + 1
    for dimension in outer.reversed() {
      if dimension.stride < span { return false }
      span += (dimension.count - 1) * dimension.stride
    }
    return true
  }

  /// The elements of the storage from the first to the last that is read.
  var extent: Range<Int> {
    let last = (outer + [inner]).reduce(offset) { $0 + ($1.count - 1) * $1.stride }
    return offset..<last + 1
  }

  func forEachRun(_ body: (Run) throws -> Void) throws {
    var index = [Int](repeating: 0, count: outer.count)
    while true {
      let (from, to) = zip(index, outer).reduce((offset, 0)) {
        ($0.0 + $1.0 * $1.1.stride, $0.1 + $1.0 * $1.1.targetStride)
      }
      try body(
        Run(offset: from, stride: inner.stride, target: to, targetStride: inner.targetStride, count: inner.count))
      var i = outer.count - 1
      while i >= 0 {
        index[i] += 1
        if index[i] < outer[i].count { break }
        index[i] = 0
        i -= 1
      }
      if i < 0 { return }
    }
  }
}
