/// Where an activation h lies with respect to an Assistant axis.
public struct AxisReading: Sendable, Equatable {
  /// h · v, with v the unit axis: activation units, no meaningful zero.
  public let projection: Double
  /// (h − mean role) · axis / |axis|²: no unit; the mean role is 0, the default Assistant 1.
  public let position: Double
  /// (assistant − h) · v: activation units, positive away from the Assistant.
  public let distance: Double
  /// The length of the part of h − assistant that is orthogonal to the axis: activation units.
  public let offAxisDistance: Double
  /// The cosine between h − mean role and the axis; NaN where h is the mean role.
  public let cosine: Double
}
