/// How turns are found and read.
public struct TurnOptions: Sendable {
  /// The layers of the space to use.
  public var layers = LayerSelection.all
  /// The layer numbers of the files' rows, where they are not as a manifest or the space says.
  public var rowLayers: LayerSelection?
  /// The tensor to take from files that hold several.
  public var tensor: String?
  /// A folder of transcripts for turns that are not in a dump folder.
  public var transcripts: String?
  /// The name under which files of one vector each are joined to one conversation.
  public var conversation: String?
  /// Whether turns with NaN or infinite values are left out instead of being an error.
  public var skipsNonFinite = false
  /// How many conversations are read at a time.
  public var threads = 1

  /// The defaults.
  public init() {}
}
