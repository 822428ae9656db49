public import Dumps
internal import PersonaSpace

/// Where to cap.
public enum CapThresholds: Sendable, Equatable {
  /// The percentiles of a sweep where none are asked for.
  public static let usualPercentiles: [Double] = [1, 25, 50, 75]

  /// At floors given in axis-projection units, the same in every layer.
  case values([Double])
  /// At percentiles (0…100) of calibration projections, layer by layer.
  case percentiles([Double], of: CapCalibration)
  /// No floors, but offsets α in axis-projection units added to every token.
  case offsets([Double])
  /// No floor: the projection is taken out of every token.
  case removal
  /// As a capping configuration says, the file at the path: at its layers, along its own vectors.
  case configuration(CappingConfiguration, at: String)
}

/// The activations whose projections a percentile is taken of.
public enum CapCalibration: Sendable, Equatable {
  /// The role vectors of the space.
  case roles
  /// The default Assistant's vector in the space.
  case assistant
  /// The activations in a file or folder of turns: each turn, or each token where tokens were dumped.
  case turns(String)
}

/// A threshold of a sweep.
struct CapThreshold: Sendable, Hashable {
  let percentile: Double?
  let intervention: AxisIntervention
  /// The floor; NaN where it is none.
  var tau: Double { intervention.tau }
  /// Whether it is a floor along the axis; one along another direction has no axis position.
  let isOnAxis: Bool

  /// A floor.
  init(percentile: Double?, tau: Double, isOnAxis: Bool = true) {
    (self.percentile, intervention, self.isOnAxis) = (percentile, .floor(tau), isOnAxis)
  }

  /// An intervention along the axis.
  init(_ intervention: AxisIntervention) { (percentile, self.intervention, isOnAxis) = (nil, intervention, true) }
}

/// What a cap was simulated on: each token of a turn, or its mean alone, of which the pull-back is a lower bound. The two are never
/// put together.
public enum CapGranularity: String, Sendable, Encodable, CaseIterable {
  /// Tokens were dumped.
  case token
  /// Means over tokens were dumped.
  case turn
}
