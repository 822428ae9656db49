internal import Dumps
internal import Files
internal import PersonaSpace
internal import Statistics
internal import TensorFiles

extension ExportWriter {
  /// What the file beside a readout says.
  private struct ReadoutNotes: Encodable {
    let format = "persona readout 1"
    let tensors: String
    let formula =
      "(h - mean[i]) . direction[i] is the axis position of an activation h of layers[i]: mean role 0, default Assistant 1"
    let layerConvention =
      "block_output: layer l is the residual stream behind block l, counted from 0 (row l + 1 of hidden_states)"
    let layers: [Int]
    let hiddenSize: Int
    let percentiles: [Double]
    let roleQuantiles: [[Double]]
    let roleQuantilesAre =
      "the positions of the roles' mean vectors at these percentiles, a row a layer; single answers and tokens spread wider"
    let provenance: [String: String]

    enum CodingKeys: String, CodingKey {
      case format, tensors, formula, layers, percentiles, provenance
      case layerConvention = "layer_convention"
      case hiddenSize = "hidden_size"
      case roleQuantiles = "role_quantiles"
      case roleQuantilesAre = "role_quantiles_are"
    }
  }

  /// Writes direction = axis / |axis|² and mean = mean role, shape (layers, d) each, and to the file at `path` what they are.
  func writeReadout(_ file: OutputFile, beside path: String) throws -> [OutputFile] {
    let shape = [layers.count, hiddenSize]
    let writer = try SafetensorsWriter(
      file,
      tensors: [
        .init(name: "direction", elementType: .float64, shape: shape),
        .init(name: "mean", elementType: .float64, shape: shape),
      ], metadata: [("layers", try encodeJSON(numbers, pretty: false)), ("format", "persona readout 1")])
    for (row, layer) in layers.enumerated() {
      try writer.write(layer.axis.unit.map { $0 / layer.axis.norm }, to: "direction", at: row * hiddenSize)
      try writer.write(layer.axis.roleMean, to: "mean", at: row * hiddenSize)
    }
    try writer.finish()
    let projections = try run.space.roleProjections()
    let notes = ReadoutNotes(
      tensors: Paths.lastComponent(of: file.path), layers: numbers, hiddenSize: hiddenSize,
      percentiles: CapRun.listedPercentiles,
      roleQuantiles: layers.map { layer in
        let own = projections[layer.index].map { layer.axis.position(ofProjection: $0) }.sorted()
        return own.isEmpty ? [] : CapRun.listedPercentiles.map { quantile(sorted: own, $0 / 100) }
      }, provenance: try provenance())
    let beside = try OutputFile(path: path)
    try beside.write(try encodeJSON(notes) + "\n")
    try beside.close()
    return [file, beside]
  }
}
