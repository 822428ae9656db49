public import Dumps

/// How a space is exported.
public struct ExportOptions: Sendable {
  /// What it has in common with other runs; its layers are those exported.
  public var turns = TurnOptions()
  /// Whether the layers were asked for: a cap of every layer is made for nobody who did not type it.
  public var namesLayers = false
  /// Where thresholds come from; nil for none.
  public var threshold: ExportThreshold?
  /// The model's architecture as GGUF names it, for a control vector.
  public var model = ""
  /// Whether an output that is there may be replaced.
  public var replacing = false
  /// Whether the file is read back and its cap held against the space's.
  public var verifies = false

  /// The defaults.
  public init() {}
}

/// Where the thresholds of an export come from.
public enum ExportThreshold: Sendable, Equatable {
  /// One floor in axis-projection units, the same in every layer.
  case value(Double)
  /// A percentile (0…100) of calibration projections, layer by layer.
  case percentile(Double, of: CapCalibration)
  /// A `caps.csv`, or the folder that `persona cap` wrote it to: what it recommends, or its rows of a percentile.
  case caps(String, percentile: Double?)
}
