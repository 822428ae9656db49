internal import CMoments

/// How a point h lies to a line along the unit vector v, from a point m and from a point a: all in one pass over memory.
public struct LineProducts: Sendable, Equatable {
  /// (h − m) · v.
  public let alongFromFirst: Double
  /// |h − m|².
  public let squareFromFirst: Double
  /// (h − a) · v.
  public let alongFromSecond: Double
  /// |(h − a) − ((h − a) · v) v|².
  public let squareBesideSecond: Double

  /// Of `point` h, `first` m, `second` a and `unit` v, all of one length. Sums of squares beyond the range of doubles are infinite.
  public init(of point: ArraySlice<Double>, first: [Double], second: [Double], unit: [Double]) {
    precondition(
      point.count == first.count && point.count == second.count && point.count == unit.count, "vectors differ in length"
    )
    var products = persona_line_products()
    unsafe point.withUnsafeBufferPointer { point in
      unsafe first.withUnsafeBufferPointer { first in
        unsafe second.withUnsafeBufferPointer { second in
          unsafe unit.withUnsafeBufferPointer { unit in
            unsafe persona_multiply_line(
              point.baseAddress, first.baseAddress, second.baseAddress, unit.baseAddress, point.count, &products)
          }
        }
      }
    }
    (alongFromFirst, squareFromFirst) = (products.along_m, products.square_m)
    (alongFromSecond, squareBesideSecond) = (products.along_a, products.beside_square)
  }
}
