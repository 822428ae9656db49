/// What a reader of one format found in a file's description.
struct FileContent {
  /// Values beside the tensors that are kept. Lists of token ids are longer, and nobody reads them here.
  static let metadataLimit = 1 << 16

  /// In the order in which the file names them.
  var tensors: [TensorEntry] = []
  /// Strings and numbers beside the tensors, as text, under their key paths.
  private(set) var metadata: [(key: String, value: String)] = []
  /// How many more there are, which are not kept.
  private(set) var omittedMetadata = 0

  /// Whether another value would be left out.
  var isFull: Bool { metadata.count >= Self.metadataLimit }

  /// Keeps `value` under `key`, or counts it as left out.
  mutating func note(_ value: String, _ key: String) {
    if isFull { omittedMetadata += 1 } else { metadata.append((key, value)) }
  }

  /// Counts a value as left out.
  mutating func omit() { omittedMetadata += 1 }
}
