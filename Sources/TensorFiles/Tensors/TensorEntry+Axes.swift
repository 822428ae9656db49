extension TensorEntry {
  /// The same elements without axes of one index, as far as `rank` axes stay: the first of them goes first, and the last axis only
  /// where no other has one index.
  package func withoutSingleAxes(downTo rank: Int) -> TensorEntry {
    var axes = Array(shape.indices)
    while axes.count > rank, let place = axes.dropLast().firstIndex(where: { shape[$0] == 1 }) ?? lastIfSingle(axes) {
      axes.remove(at: place)
    }
    return axes.count == shape.count ? self : withAxes(axes)
  }

  /// The place of the last of `axes`, if it has one index.
  private func lastIfSingle(_ axes: [Int]) -> Int? {
    axes.last.flatMap { shape[$0] == 1 ? axes.count - 1 : nil }
  }
}
