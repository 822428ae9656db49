internal import LinearAlgebra

/// A value that is NaN or infinite among rows of vectors, and where it is.
package struct NonFiniteValue: Sendable, Equatable {
  /// The row among those looked at.
  package let row: Int
  package let dimension: Int
  package let value: Double

  /// The first of `values`, shape (rows, `hiddenSize`); nil if all are finite.
  package init?(in values: ArraySlice<Double>, hiddenSize: Int) {
    guard let index = values.firstNonFinite else { return nil }
    (row, dimension, value) = (index / hiddenSize, index % hiddenSize, values[values.startIndex + index])
  }

  /// The first of `values`, shape (rows, `hiddenSize`); nil if all are finite.
  package init?(in values: [Double], hiddenSize: Int) { self.init(in: values[...], hiddenSize: hiddenSize) }
}
