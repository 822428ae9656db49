public import Dumps

/// How positions are predicted.
public struct PredictOptions: RunOptions {
  /// What it has in common with other runs.
  public var settings = RunSettings()
  /// The layer; nil for the middle one of the table.
  public var layer: Int?
  /// The layer numbers of the embeddings' rows, where they are not as a manifest or their order says.
  public var rowLayers: LayerSelection?
  /// The folder of transcripts; nil for the one beside the embeddings.
  public var transcripts: String?
  /// Folds of conversations.
  public var folds = 5

  /// The defaults.
  public init() {}
}
