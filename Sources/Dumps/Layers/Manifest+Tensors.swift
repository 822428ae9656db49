internal import Files
package import TensorFiles

extension Manifest {
  /// What is known of the layers of a tensor of a file that is named by itself, the strongest first: the metadata of a space or
  /// of averaged responses; the tensor's name, of one vector, where it ends in `layers.16`, `layer_16`, `blocks.16` or `h.16`; the
  /// manifest beside the file, or of the dump that its folder is a part of. Says nothing of layers if none of them does.
  ///
  /// - Parameter rows: the rows of the tensor.
  /// - Throws: `FileError` if a manifest cannot be read; one that is not the JSON that is wanted says nothing.
  package init(besides file: TensorFile, tensor: TensorEntry, rows: Int) throws {
    self.init()
    let metadata = SpaceMetadata(of: file)
    if metadata.format != nil {
      (model, layers) = (metadata.model, metadata.layers)
    } else if rows == 1, let layer = Self.layer(namedBy: tensor.name) {
      layers = [layer]
    } else if let own = Self.layersBeside(file, rows: rows) {
      self = own
    } else {
      let folder = Paths.parent(of: file.path)
      self = try Manifest.read(besideFileIn: folder)
      if !numbersLayers, dumpParts.contains(Paths.lastComponent(of: folder)) {
        self = try Manifest.read(besideFileIn: Paths.above(folder))
      }
    }
  }

  /// What the file says of its rows under `metadata`, as axes that are exported have it: a number for each; nil if it does not.
  private static func layersBeside(_ file: TensorFile, rows: Int) -> Manifest? {
    let values = Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    let numbers = (0..<rows).compactMap { values["metadata.layers.\($0)"].flatMap { Int($0) } }
    guard numbers.count == rows, rows > 0, values["metadata.layers.\(rows)"] == nil else { return nil }
    var manifest = Manifest()
    manifest.layers = numbers
    manifest.layerConvention = values["metadata.layer_convention"].flatMap { LayerConvention(rawValue: $0) }
    return manifest
  }

  /// The block that a module-like name ends in: `model.layers.16` is 16.
  static func layer(namedBy name: String) -> Int? {
    let parts = name.split { ".[]_/".contains($0) }
    guard parts.count >= 2, let number = Int(parts[parts.count - 1]), RowLayers.isLayerNumber(number), number >= 0,
      ["layers", "layer", "blocks", "block", "h"].contains(parts[parts.count - 2].lowercased())
    else { return nil }
    return number
  }
}
