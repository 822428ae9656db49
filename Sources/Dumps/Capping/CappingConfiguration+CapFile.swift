internal import Files
internal import LinearAlgebra

extension CappingConfiguration {
  /// Reads the `cap-json` file at `path`, whose cap must be called `name` if that is given.
  init(capFile path: String, name: String?) throws {
    let file = try decodeJSON(CapFile.self, at: path)
    guard file.format == CapFile.known else { throw FileError(path: path, fault: CappingFault.format(file.format)) }
    if let name, name != file.id {
      throw FileError(path: path, fault: CappingFault.experiment(name, present: [file.id]))
    }
    let found = try file.layers.map { layer in
      let at = "layer \(layer.layer)"
      guard layer.vector.count == file.hiddenSize else {
        throw FileError(
          path: path,
          fault: CappingFault.lengths(layer: layer.layer, found: layer.vector.count, said: file.hiddenSize))
      }
      guard layer.max == nil else { throw FileError(path: path, fault: CappingFault.ceiling(layer: layer.layer)) }
      guard let floor = layer.min else { throw FileError(path: path, place: at, fault: CappingFault.noMin) }
      let length = euclideanNorm(layer.vector)
      guard length > 0, length.isFinite else {
        throw FileError(path: path, place: at, fault: CappingFault.noLength(length))
      }
      return Intervention(
        vector: at, layer: layer.layer, direction: layer.vector.map { $0 / length }, length: length, floor: floor,
        isFloor: true)
    }
    guard !found.isEmpty else { throw FileError(path: path, fault: CappingFault.noInterventions(file.id)) }
    if let layer = Set(found.map(\.layer)).first(where: { layer in found.count { $0.layer == layer } > 1 }) {
      throw FileError(path: path, fault: CappingFault.twice(layer: layer, file.id))
    }
    (experiment, interventions) = (file.id, found.sorted { $0.layer < $1.layer })
  }
}
