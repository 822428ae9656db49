internal import Files
internal import LinearAlgebra
package import TensorFiles

/// Where the vector of a role lies: a tensor of a file, or a row of one.
package struct VectorSource: Sendable, Equatable {
  package let name: String
  package let path: String
  /// The tensor's name; nil for the one vector of the file.
  package let tensor: String?
  /// The index along the first dimension of a stack of vectors.
  package let row: Int?
  /// The axis of the stack that the vectors are along.
  private let rowAxis: Int

  /// The tensors that are its layers, where there is one a layer and other roles' beside them; nil otherwise.
  package let keys: LayerKeys?

  /// How the axes of its tensor are taken.
  package var layout = VectorLayout.usual

  package init(
    name: String, path: String, tensor: String? = nil, row: Int? = nil, rowAxis: Int = 0, keys: LayerKeys? = nil
  ) {
    (self.name, self.path, self.tensor, self.row, self.keys) = (name, path, tensor, row, keys)
    self.rowAxis = rowAxis
  }

  /// The tensors of `file` that are the layers of this vector, one each; nil where it lies in one tensor.
  package func layerKeys(in file: TensorFile) -> LayerKeys? {
    if let tensor {
      // One that was chosen by a name that says its layer.
      let chosen = row == nil ? file.tensors.first { $0.name == tensor } : nil
      return chosen.flatMap { $0.elementType.isFloatingPoint ? LayerKeys([$0], acceptingBare: false) : nil }
    }
    return keys ?? LayerKeys(file.tensors.filter(\.elementType.isFloatingPoint), acceptingBare: true)
  }

  /// The shape of the vector in `file`: (layers, d).
  ///
  /// - Throws: `FileError` if it has no such tensors.
  package func shape(in file: TensorFile) throws -> (layers: Int, hiddenSize: Int) {
    guard let keys = layerKeys(in: file) else {
      return try shape(ofSqueezed: try squeezedEntry(in: file))
    }
    let shapes = try keys.tensors.map { try file.tensor(named: $0).shape }
    for (name, shape) in zip(keys.tensors, shapes) where shape != shapes[0] {
      throw FileError(
        path: path, place: name,
        fault: DumpFault.shapesDiffer(shape: shape, other: shapes[0], reference: "'\(keys.tensors[0])'"))
    }
    return (shapes.count, shapes[0].reduce(1, *))
  }

  /// The elements of the layer rows `layers`, one after the other.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  package func values(in file: TensorFile, layers: Range<Int>) throws -> [Double] {
    guard let keys = layerKeys(in: file) else {
      let entry = try entry(in: file)
      guard layout.averages else { return try file.read(entry, ranges(entry, layers: layers)) }
      return try layers.flatMap { try mean(of: entry, layer: $0, in: file).values }
    }
    return try layers.flatMap { try file.read(try file.tensor(named: keys.tensors[$0])) }
  }

  /// The first value of the layer rows `layers` that is not finite, or row of zeros, if there is one: of what is averaged, where
  /// the vector is a mean; `values` are those of the vector.
  func firstUnusable(_ values: [Double], in file: TensorFile, layers: Range<Int>) throws -> NonFiniteElement? {
    let width = values.count / max(1, layers.count)
    guard layout.averages, layerKeys(in: file) == nil else { return values.firstUnusable(columns: width) }
    let entry = try entry(in: file)
    for layer in layers {
      if let found = try mean(of: entry, layer: layer, in: file).unusable {
        return NonFiniteElement(row: layer - layers.lowerBound, column: found.column, value: found.value)
      }
    }
    return nil
  }

  /// The mean over the first axis of `entry`, (n, layers, d), in the layer row `layer`, and the first element of what it is of
  /// that is not finite, or begins a row of zeros.
  private func mean(
    of entry: TensorEntry, layer: Int, in file: TensorFile
  ) throws -> (values: [Double], unusable: NonFiniteElement?) {
    let (count, width) = (entry.shape[0], entry.shape[entry.shape.count - 1])
    let layers = entry.shape.count == 3 ? [layer..<layer + 1] : []
    var (sums, unusable) = ([Double](repeating: 0, count: width), nil as NonFiniteElement?)
    let most = max(1, Self.averagedElements / width)
    for start in stride(from: 0, to: count, by: most) {
      let values = try file.read(entry, [start..<min(start + most, count)] + layers + [0..<width])
      unusable = unusable ?? values.firstUnusable(columns: width)
      for row in stride(from: 0, to: values.count, by: width) {
        for column in 0..<width { sums[column] += values[row + column] }
      }
    }
    return (sums.map { $0 / Double(count) }, unusable)
  }

  /// The elements of a mean that are read at a time.
  private static let averagedElements = 1 << 18

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

  /// The tensor of this source in `file`, its axes in the order (layers, d), or (n, layers, d) where it is averaged.
  ///
  /// - Throws: `FileError` if there is none, or several and none has a usual name.
  package func entry(in file: TensorFile) throws -> TensorEntry { arranged(try squeezedEntry(in: file)) }

  /// The tensor of this source in `file`, without axes of one index that are neither layers nor dimensions; of a stack, the rows
  /// come first.
  func squeezedEntry(in file: TensorFile) throws -> TensorEntry {
    let found = try namedEntry(in: file)
    guard row != nil else { return found.withoutSingleAxes(downTo: 2) }
    let axes = [rowAxis] + found.shape.indices.filter { $0 != rowAxis }
    return (rowAxis == 0 ? found : found.withAxes(axes)).withoutSingleAxes(downTo: 3)
  }

  /// The numbers of layers and dimensions of `entry`, as `squeezedEntry` gives it.
  func shape(ofSqueezed entry: TensorEntry) throws -> (layers: Int, hiddenSize: Int) {
    let entry = arranged(entry)
    guard layout.averages else { return try shape(of: entry) }
    return (entry.shape.count == 3 ? entry.shape[1] : 1, entry.shape[entry.shape.count - 1])
  }

  private func arranged(_ entry: TensorEntry) -> TensorEntry {
    guard row != nil else { return layout.arranged(entry) }
    return layout == .transposed && entry.shape.count == 3 ? entry.withAxes([0, 2, 1]) : entry
  }

  /// The tensor of this source in `file`, as it is.
  ///
  /// - Throws: `FileError` if there is none, or several and none has a usual name.
  func namedEntry(in file: TensorFile) throws -> TensorEntry {
    if let tensor { return try file.tensor(named: tensor).checkedAsActivations(path) }
    let candidates = file.tensors.filter(\.elementType.isFloatingPoint)
    for name in ["vector", "activations"] {
      if let usual = candidates.first(where: { $0.name == name }) { return usual }
    }
    guard !candidates.isEmpty else {
      throw FileError(
        path: path, fault: DumpFault.noActivations(found: file.tensors.map { "\($0.elementType) \($0.shape)" }))
    }
    guard candidates.count == 1 else { throw FileError(path: path, fault: DumpFault(severalTensorsOf: file)) }
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
