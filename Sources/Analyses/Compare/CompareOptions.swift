public import Dumps

/// How spaces are compared.
public struct CompareOptions: RunOptions {
  /// What it has in common with other runs.
  public var settings = RunSettings()
  /// Which layers of the others they are compared with.
  public var layerMap = LayerMap.automatic
  /// The layer of the first space for which roles that moved are listed; nil for the middle one of those compared.
  public var layer: Int?
  /// What to call the spaces; nil for their folders or files.
  public var names: [String]?

  /// The defaults.
  public init() {}
}
