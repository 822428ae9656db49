internal import Dumps
internal import Files
internal import LinearAlgebra
internal import TensorFiles

extension ConvertRun {
  /// Writes the rows of `tensor`, (layers, d) or (d), as directions of a control vector.
  func writeControlVector(_ file: TensorFile, _ tensor: TensorEntry) throws -> [TensorEntry] {
    let source = VectorSource(name: "", path: input, tensor: tensor.name)
    guard tensor.elementType.isFloatingPoint else {
      throw FileError(
        path: input, place: tensor.name, fault: DumpFault.noActivations(found: [tensor.elementType.rawValue]))
    }
    let (rows, hiddenSize) = try source.shape(of: tensor)
    let rowLayers = try located(input, place: source.place) {
      let manifest = try Manifest(besides: file, tensor: tensor, rows: rows)
      return try RowLayers(rows, of: .directions, given: options.rowLayers, manifest: manifest)
    }
    if rowLayers.evidence == .manifest { log.note("the rows are \(layerList(rowLayers.numbers)), as recorded") }
    let layers = rowLayers.numbers
    let kept = layers.indices.filter { layers[$0] >= 1 }
    guard !kept.isEmpty else { throw FileError(path: input, place: source.place, fault: ConvertFault.noDirection) }
    let left = layers.filter { $0 < 1 }
    if !left.isEmpty { log.note("left out \(layerList(left)): control vectors have directions from layer 1 on") }
    let target = try OutputFile(path: output)
    let writer = try GGUFWriter(target, layers: kept.map { layers[$0] }, hiddenSize: hiddenSize, model: options.model)
    for row in kept {
      let direction = try file.read(tensor, source.ranges(tensor, layers: row..<row + 1))
      // As floats, which the file holds.
      if let found = direction.map({ Double(Float($0)) }).firstNonFinite(columns: hiddenSize) {
        throw FileError(
          path: input, place: source.place,
          fault: NonFiniteFault.direction(layer: layers[row], dimension: found.column, value: found.value))
      }
      try writer.write(direction)
    }
    try writer.finish()
    try target.commit()
    return [tensor]
  }
}
