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
  /// A bare axis points away from the default at some layers.
  case reversedAxis([Int], of: Int)

  private func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

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
    case .reversedAxis(let layers, let count):
      """
      the axis points away from the default at \(layers.count == count ? "every layer" : layerList(layers)), by the default and the roles \
      beside it: a floor along it would push away from the Assistant; multiply \(layers.count == count ? "it" : "these layers") by -1 \
      and save the file again
      """
    case .noSuchDomain(let name, let present):
      "no turn is of the domain '\(name)'; there is \(listed(present))"
        + (present.first { $0.contains(",") }.map {
          "; a name with a comma is typed in quotes: --benign '\(quoted($0))'"
        } ?? "")
    }
  }
}
