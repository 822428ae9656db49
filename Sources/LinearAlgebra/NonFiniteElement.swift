/// An element that is NaN or infinite; of a row of nothing but zeros, the first.
public struct NonFiniteElement: Sendable, Equatable {
  /// Its row and column, from 0.
  public let row, column: Int
  /// What it is.
  public let value: Double

  /// The element `value` at (`row`, `column`).
  public init(row: Int, column: Int, value: Double) { (self.row, self.column, self.value) = (row, column, value) }
}

extension ArraySlice<Double> {
  /// The first element that is NaN or infinite, if there is one, with its place in rows of `columns` elements; all are one row
  /// without that.
  public func firstNonFinite(columns: Int? = nil) -> NonFiniteElement? {
    // NaN and infinity have an exponent of ones alone, which carries into the sign: one plain pass decides the usual case.
    var carried: UInt64 = 0
    for element in self { carried |= (element.bitPattern & 0x7ff0_0000_0000_0000) &+ 0x0010_0000_0000_0000 }
    guard carried >> 63 != 0, let index = firstIndex(where: { !$0.isFinite }) else { return nil }
    let (place, width) = (index - startIndex, columns ?? count)
    return NonFiniteElement(row: place / width, column: place % width, value: self[index])
  }
}

extension [Double] {
  /// The first element that is NaN or infinite, if there is one, with its place in rows of `columns` elements; all are one row
  /// without that.
  public func firstNonFinite(columns: Int? = nil) -> NonFiniteElement? { self[...].firstNonFinite(columns: columns) }
}

extension ArraySlice<Double> {
  /// The first element that is NaN or infinite, or else the first of the first row of nothing but zeros, if there is one.
  ///
  /// No activation is zero in every dimension: such a row was never written, or fills up a batch. A zero of one dimension is a number.
  ///
  /// - Precondition: `columns` is at least 1.
  public func firstUnusable(columns: Int) -> NonFiniteElement? {
    if let found = firstNonFinite(columns: columns) { return found }
    if columns == 1 { return nil }
    for start in stride(from: startIndex, to: endIndex, by: columns) where self[start] == 0 {
      if self[start..<Swift.min(start + columns, endIndex)].allSatisfy({ $0 == 0 }) {
        return NonFiniteElement(row: (start - startIndex) / columns, column: 0, value: 0)
      }
    }
    return nil
  }
}

extension [Double] {
  /// The first element that is NaN or infinite, or else the first of the first row of nothing but zeros, if there is one.
  ///
  /// - Precondition: `columns` is at least 1.
  public func firstUnusable(columns: Int) -> NonFiniteElement? { self[...].firstUnusable(columns: columns) }
}

extension Matrix {
  /// The first element that is NaN or infinite, if there is one.
  public var firstNonFinite: NonFiniteElement? { elements.firstNonFinite(columns: columns) }

  /// - Throws: `LinearAlgebraError.notFinite` with the place of the first element that is NaN or infinite.
  public func requireFinite() throws {
    if let place = firstNonFinite { throw LinearAlgebraError.notFinite(row: place.row, column: place.column) }
  }
}
