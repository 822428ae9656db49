/// How turns are found and read.
public struct TurnOptions: RunOptions {
  /// What it has in common with other runs.
  public var settings = RunSettings()
  /// The layer numbers of the files' rows, where they are not as a manifest or the space says.
  public var rowLayers: LayerSelection?
  /// The tensor to take from files that hold several.
  public var tensor: String?
  /// The order of the axes of turns; one of roles says nothing here.
  public var axes: AxesOrder?
  /// The labels of the default's responses that are taken, where responses are read; nil for the usual.
  public var labels: Set<String>?
  /// A folder of transcripts for turns that are not in a dump folder.
  public var transcripts: String?
  /// What the one conversation is called; files of one vector each are joined to it.
  public var conversation: String?
  /// The condition and the domain of all conversations, in place of what transcripts say.
  public var condition, domain: String?

  /// The defaults.
  public init() {}
}
