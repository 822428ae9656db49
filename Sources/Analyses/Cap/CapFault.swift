internal import Dumps
public import Files

/// Why capping cannot be simulated.
public enum CapFault: FileFault, Equatable {
  /// A calibration lacks layers of the turns.
  case notCalibrated([Int])
  /// A benign domain is not among the turns'.
  case noSuchDomain(String, present: [String])
  /// A bare axis has no roles to take percentiles of.
  case noRoles
  /// The dimensions of the space are not those of activations.
  case scaledSpace

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .notCalibrated(let layers):
      "the calibration has no activations at \(layerList(layers)), which the turns have; choose others with --layers"
    case .noRoles:
      """
      a bare axis has neither roles nor a default to take percentiles of; give floors with --tau X, or turns to take them of with \
      --calibrate PATH
      """
    case .scaledSpace:
      "the space was fitted with --scale, and capping acts on activations as they are; fit it again without --scale"
    case .noSuchDomain(let name, let present): "no turn is of the domain '\(name)'; there is \(listed(present))"
    }
  }
}
