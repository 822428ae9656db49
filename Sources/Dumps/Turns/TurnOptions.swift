/// How turns are found and read.
public struct TurnOptions: RunOptions {
  /// What it has in common with other runs.
  public var settings = RunSettings()
  /// The layer numbers of the files' rows, where they are not as a manifest or the space says.
  public var rowLayers: LayerSelection?
  /// The tensor to take from files that hold several.
  public var tensor: String?
  /// A folder of transcripts for turns that are not in a dump folder.
  public var transcripts: String?
  /// The name under which files of one vector each are joined to one conversation.
  public var conversation: String?

  /// The defaults.
  public init() {}
}
