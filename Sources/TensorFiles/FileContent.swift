/// What a reader of one format found in a file's description.
struct FileContent {
  /// In the order in which the file names them.
  var tensors: [TensorEntry] = []
  /// Strings and numbers beside the tensors, as text, under their key paths.
  var metadata: [(key: String, value: String)] = []
  /// How many more there are, which are not kept.
  var omittedMetadata = 0
}
