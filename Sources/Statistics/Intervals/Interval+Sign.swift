extension Interval {
  /// Whether all of it is above 0, so that the sign is told.
  public var isPositive: Bool { low > 0 }
  /// Whether all of it is below 0.
  public var isNegative: Bool { high < 0 }
}
