extension ArraySlice where Element == Double {
  /// How far from the start the first element is that is NaN or infinite; nil if all are finite.
  ///
  /// - Complexity: O(count); one plain pass where all are finite.
  public var firstNonFinite: Int? {
    // x · 0 is 0 for a finite x and NaN otherwise: one plain pass decides the usual case.
    var total = 0.0
    for element in self { total += element * 0 }
    if total == 0 { return nil }
    return firstIndex { !$0.isFinite }.map { $0 - startIndex }
  }
}

extension Array where Element == Double {
  /// The index of the first element that is NaN or infinite; nil if all are finite.
  public var firstNonFinite: Int? { self[...].firstNonFinite }
}
