internal import Files
package import TensorFiles

/// Where the vector of a role lies: a tensor of a file, or a row of one.
package struct VectorSource: Sendable, Equatable {
  package let name: String
  package let path: String
  /// The tensor's name; nil for the one vector of the file.
  package let tensor: String?
  /// The index along the first dimension of a stack of vectors.
  package let row: Int?

  /// The tensors that are its layers, where there is one a layer and other roles' beside them; nil otherwise.
  package let keys: LayerKeys?

  package init(name: String, path: String, tensor: String? = nil, row: Int? = nil, keys: LayerKeys? = nil) {
    (self.name, self.path, self.tensor, self.row, self.keys) = (name, path, tensor, row, keys)
  }

  /// The tensors of `file` that are the layers of this vector, one each; nil where it lies in one tensor.
  package func layerKeys(in file: TensorFile) -> LayerKeys? {
    if tensor != nil { return nil }
    return keys ?? LayerKeys(file.tensors.filter(\.elementType.isFloatingPoint), acceptingBare: true)
  }

  /// The shape of the vector in `file`: (layers, d).
  ///
  /// - Throws: `FileError` if it has no such tensors.
  package func shape(in file: TensorFile) throws -> (layers: Int, hiddenSize: Int) {
    guard let keys = layerKeys(in: file) else { return try shape(of: try entry(in: file)) }
    let shapes = try keys.tensors.map { try file.tensor(named: $0).shape }
    for (name, shape) in zip(keys.tensors, shapes) where shape != shapes[0] {
      throw FileError(
        path: path, place: name,
        fault: DumpFault.shapesDiffer(shape: shape, other: shapes[0], reference: "'\(keys.tensors[0])'"))
    }
    return (shapes.count, shapes[0].first ?? 0)
  }

  /// The elements of the layer rows `layers`, one after the other.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  package func values(in file: TensorFile, layers: Range<Int>) throws -> [Double] {
    guard let keys = layerKeys(in: file) else {
      let entry = try entry(in: file)
      return try file.read(entry, ranges(entry, layers: layers))
    }
    return try layers.flatMap { try file.read(try file.tensor(named: keys.tensors[$0])) }
  }

  /// The type of its elements.
  package func elementType(in file: TensorFile) throws -> ElementType {
    try layerKeys(in: file).map { try file.tensor(named: $0.tensors[0]) }.map(\.elementType)
      ?? entry(in: file).elementType
  }

  /// The source's place within its file, for messages.
  package var place: String? {
    guard let tensor, !tensor.isEmpty else { return row.map { "row \($0)" } }
    return row.map { "\(tensor)[\($0)]" } ?? tensor
  }

  /// The tensor of this source in `file`.
  ///
  /// - Throws: `FileError` if there is none, or several and none has a usual name.
  package func entry(in file: TensorFile) throws -> TensorEntry {
    if let tensor { return try file.tensor(named: tensor) }
    let candidates = file.tensors.filter(\.elementType.isFloatingPoint)
    for name in ["vector", "activations"] {
      if let usual = candidates.first(where: { $0.name == name }) { return usual }
    }
    guard !candidates.isEmpty else {
      throw FileError(
        path: path, fault: DumpFault.noActivations(found: file.tensors.map { "\($0.elementType) \($0.shape)" }))
    }
    guard candidates.count == 1 else {
      throw FileError(path: path, fault: DumpFault.ambiguousTensor(file.tensors.map(\.name)))
    }
    return candidates[0]
  }

  /// The shape of the vector itself: (layers, d).
  package func shape(of entry: TensorEntry) throws -> (layers: Int, hiddenSize: Int) {
    let shape = row == nil ? entry.shape : Array(entry.shape.dropFirst())
    switch shape.count {
    case 1 where shape[0] > 0: return (1, shape[0])
    case 2 where shape[0] > 0 && shape[1] > 0: return (shape[0], shape[1])
    default:
      throw FileError(path: path, place: place, fault: DumpFault.rank(shape: entry.shape, wanted: "(layers, d) or (d)"))
    }
  }

  /// The ranges of `layers` in the tensor.
  package func ranges(_ entry: TensorEntry, layers: Range<Int>) -> [Range<Int>] {
    var ranges = row.map { [$0..<$0 + 1] } ?? []
    if entry.shape.count - ranges.count == 2 { ranges.append(layers) }
    return ranges + [0..<(entry.shape.last ?? 0)]
  }
}
