public import Dumps
public import TensorFiles

/// How a file is converted.
public struct ConvertOptions: Sendable {
  /// The tensor to convert alone, by its key path.
  public var tensor: String?
  /// The type that `|V2` in NumPy files stands for.
  public var void: ElementType?
  /// The layers of the rows, for a control vector; nil for 0, 1, …
  public var rowLayers: LayerSelection?
  /// The model's architecture, for a control vector.
  public var model = ""
  /// Whether an output that is there may be replaced.
  public var replacing = false

  /// Every tensor, none of type `|V2`.
  public init() {}
}
