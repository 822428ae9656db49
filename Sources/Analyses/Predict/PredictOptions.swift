public import Dumps

/// How positions are predicted.
public struct PredictOptions: Sendable {
  /// The layer; nil for the middle one of the table.
  public var layer: Int?
  /// The layer numbers of the embeddings' rows, where they are not as a manifest or their order says.
  public var rowLayers: LayerSelection?
  /// The folder of transcripts; nil for the one beside the embeddings.
  public var transcripts: String?
  /// Folds of conversations.
  public var folds = 5
  /// Bootstrap replicates; 0 for no intervals.
  public var replicates = 1000
  /// What random numbers start from.
  public var seed: UInt64 = 0
  /// How many tasks work at a time.
  public var threads = 1

  /// The defaults.
  public init() {}
}
