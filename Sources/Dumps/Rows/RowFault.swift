public import Files

/// Why files do not give rows.
public enum RowFault: FileFault, Equatable {
  /// There are none of the kind.
  case nothing(RowKind?, found: [String])
  /// Files differ in layers or dimensions.
  case shapesDiffer(layers: Int, hiddenSize: Int, otherLayers: Int, otherHiddenSize: Int, other: String)
  /// Tensors of two axes could be rows of one layer, or a vector each.
  case rowsOrLayers([Int], files: Int, isDocumented: Bool)
  /// A file has no rows of the kind that others have.
  case otherKind(RowKind, found: [String])
  /// A file holds several tensors, and nothing says what they are.
  case severalTensors([String])

  /// The kind of trouble.
  public var category: FaultCategory {
    if case .nothing = self { .notFound } else { .data }
  }

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .nothing(let kind?, let found):
      "no \(kind.rawValue) here; found \(listed(found)); give a folder or file that has them, or leave --rows out for what there is"
    case .nothing(nil, let found):
      "no rows here: a dump with turns/, activations/ or vectors/, or files of tensors with rows are wanted; found \(listed(found))"
    case .shapesDiffer(let layers, let hiddenSize, let otherLayers, let otherHiddenSize, let other):
      """
      rows of \(layers) layers of \(hiddenSize) dimensions, and \(other) has \(otherLayers) of \(otherHiddenSize): all rows \
      must have the same; give the files of one kind alone
      """
    case .rowsOrLayers(let shape, let files, let isDocumented):
      """
      shape \(shape)\(files > 1 ? ", as each of \(files) files," : "") could be \(shape[0]) rows of one layer, or one row of \(shape[0]) layers\
      \(isDocumented ? ", of which manifest.json lists so many" : ""); give --rows matrices for the first, --rows vectors for the second
      """
    case .otherKind(let kind, let found):
      """
      it has no \(kind.rawValue), but \(listed(found)): tokens and means of turns are not mixed; give files that have \
      \(kind.rawValue), or \(kind == .tokens ? "--rows turns if all have turns" : "--rows tokens if all have tokens")
      """
    case .severalTensors(let names):
      """
      it holds several tensors (\(listed(names, most: 4))), and nothing says what they are: give --rows responses if each is \
      one response (layers, d), --rows matrices if each has rows (rows, d) or (rows, layers, d), or --tensor NAME
      """
    }
  }
}
