public import Files

/// Why layers and rows do not match.
public enum LayerFault: FileFault, Equatable {
  /// A layer that is asked for is not there.
  case noSuchLayer(Int, present: [Int])
  /// There are more or fewer rows than layer numbers for them.
  case rowCount(rows: Int, numbers: Int, source: String)
  /// A layer number that no model has.
  case notALayer(Int, source: String)
  /// Two rows are given one layer number.
  case repeated(Int, source: String)
  /// The rows cannot be told to be certain layers.
  case unknownRows(rows: Int, expected: [Int])
  /// The rows of targets cannot be told to be certain layers.
  case unknownTargetRows(Int, expected: [Int])
  /// Nothing says which layers the rows of traits are.
  case unknownTraitRows(Int, roles: [Int])
  /// Traits have more rows than the roles, of which nothing says the layers.
  case unnumberedRoles(Int, roles: Int)
  /// Traits have none of the roles' layers.
  case otherTraitLayers([Int], roles: [Int])
  /// One vector could be of any layer.
  case oneVector
  /// An axis of one vector could be of any layer.
  case oneAxis
  /// Nothing says which layers the rows of directions are.
  case unknownDirections(Int)
  /// Embeddings are of other layers than are wanted.
  case noEmbeddings(Int, present: [Int])

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .noSuchLayer(let layer, let present):
      "there is no layer \(layer); \(present.count == 1 ? "the only one is" : "the layers are") \(layerNumbers(present))"
    case .rowCount(let rows, let numbers, let source):
      "\(rows) layer rows, but \(source) numbers \(numbers) layers"
    case .notALayer(let number, let source):
      """
      \(source) names a layer \(number); layers are counted from 0 (the embedding is -1), not from the last: --row-layers says which \
      the rows are
      """
    case .repeated(let number, let source): "\(source) gives two rows the layer \(number)"
    case .unknownRows(let rows, let expected):
      """
      \(rows) layer rows where the space has \(layerList(expected)); say which layers they are, as in \
      --row-layers 28:32 (row 0 of a hidden_states dump is the embedding, -1)
      """
    case .unknownTargetRows(let rows, let expected):
      """
      targets of \(rows) layer row\(rows == 1 ? "" : "s") where the space has \(layerList(expected)); put a manifest.json with \
      "layers" beside them that says which these are
      """
    case .unknownTraitRows(let rows, let roles):
      """
      \(rows) rows a trait, where the roles have \(roles.count): which layers are they? Say it with --trait-row-layers, such as \
      -1:\(rows - 1) if the first is the embedding
      """
    case .unnumberedRoles(let rows, let roles):
      """
      \(rows) rows a trait, where the roles have \(roles), of which nothing says the layers: say them with --row-layers, or \
      those of the traits with --trait-row-layers
      """
    case .otherTraitLayers(let own, let roles):
      "the traits have \(layerList(own)), the roles \(layerList(roles)): there is none in common; see --trait-row-layers"
    case .oneVector: "one vector, which could be of any layer; say of which with --row-layers LAYER"
    case .oneAxis:
      "an axis of one vector, which could be of any layer; say of which with --axis-layers LAYER, in the numbers of the turns"
    case .unknownDirections(let rows):
      """
      \(rows) rows, and nothing says which layers they are; say it with --row-layers, such as 0:\(rows) (blocks, counted from 0) \
      or -1:\(rows - 1) (the first is the embedding), or put a manifest.json with "layers" beside the file
      """
    case .noEmbeddings(let layer, let present):
      "no embeddings at layer \(layer), there are \(layerList(present)); give another --layer, or --row-layers"
    }
  }
}

/// Layer numbers in words: "layer 16", "layers 0 to 31", "layers 3, 7, 9".
public func layerList(_ layers: [Int]) -> String {
  layers.isEmpty ? "no layer" : (layers.count == 1 ? "layer " : "layers ") + layerNumbers(layers)
}

private func layerNumbers(_ layers: [Int]) -> String {
  guard let first = layers.first, let last = layers.last else { return "none" }
  if layers.count > 2, last - first == layers.count - 1, layers == Array(first...last) { return "\(first) to \(last)" }
  return layers.prefix(12).map(String.init).joined(separator: ", ") + (layers.count > 12 ? ", …" : "")
}
