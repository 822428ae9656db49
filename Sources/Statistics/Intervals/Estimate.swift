/// A number with its interval.
public struct Estimate: Sendable, Equatable {
  /// The number; NaN if it is not defined.
  public let value: Double
  /// Its interval of 95 %; nil if there is none.
  public let interval: Interval?

  /// `value` within `interval`.
  public init(_ value: Double, _ interval: Interval? = nil) { (self.value, self.interval) = (value, interval) }
}
