public import Dumps

/// How spaces are compared.
public struct CompareOptions: Sendable {
  /// The layers of the first space to compare.
  public var layers = LayerSelection.all
  /// Which layers of the others they are compared with.
  public var layerMap = LayerMap.automatic
  /// The layer of the first space for which roles that moved are listed; nil for the middle one of those compared.
  public var layer: Int?
  /// What to call the spaces; nil for their folders or files.
  public var names: [String]?
  /// Whether roles with NaN or infinite values are left out instead of being an error.
  public var skipsNonFinite = false
  /// Bootstrap samples; 0 for neither intervals nor draws of chance.
  public var replicates = 1000
  /// Where random numbers start.
  public var seed: UInt64 = 0
  /// How many tasks there are at a time.
  public var threads = 1

  /// The defaults.
  public init() {}
}
