internal import Dumps
internal import Files
internal import PersonaSpace
internal import TensorFiles

/// Writes the layers of an export in its format.
struct ExportWriter {
  let run: ExportRun
  let layers: [ExportedLayer]
  let thresholds: ExportThresholds

  var hiddenSize: Int { run.space.hiddenSize }
  var numbers: [Int] { layers.map(\.layer) }

  /// The name of the cap.
  var id: String {
    let floors = Set(layers.compactMap(\.tau))
    return capName(
      numbers, percentile: thresholds.percentile, tau: floors.count == 1 ? floors.first : nil)
  }

  /// Writes `files`, which are complete and wait for their names.
  func write(_ files: [String]) throws -> [OutputFile] {
    let file = try OutputFile(path: files[0])
    switch run.format {
    case .torchAxis: try TorchWriter.write(try torchAxis(), to: file)
    case .torchCapping: try TorchWriter.write(torchCapping(), to: file)
    case .capJSON:
      try file.write(try encodeJSON(try capFile(), pretty: false) + "\n")
      try file.close()
    case .readout: return try writeReadout(file, beside: files[1])
    case .gguf: try writeControlVector(file)
    case .npy:
      let writer = try NumPyWriter(file, elementType: .float64, shape: [layers.count, hiddenSize])
      for layer in layers { try writer.write(ElementType.float64.encode(layer.axis.contrast[...])) }
      try writer.finish()
    case .csv:
      try file.write(table)
      try file.close()
    }
    return [file]
  }

  /// A raw tensor where its rows are the layers 0, 1, …; else one that says which layers they are.
  private func torchAxis() throws -> TorchValue {
    let axis = TorchValue.tensor(
      .float32, shape: [layers.count, hiddenSize], try layers.flatMap { try floats($0, $0.axis.contrast) })
    if numbers == Array(0..<layers.count) { return axis }
    return .dictionary([
      ("axis", axis),
      (
        "metadata",
        .dictionary([
          ("layers", .list(numbers.map { .integer($0) })), ("layer_convention", .text("block_output")),
          ("axis", .text("default - mean role, toward the Assistant")),
        ])
      ),
    ])
  }

  /// `values`, which float32 must hold.
  private func floats(_ layer: ExportedLayer, _ values: [Double]) throws -> [Double] {
    guard values.allSatisfy({ Float($0).isFinite }) else {
      throw FileError(path: run.path, fault: ExportFault.beyondFloats(layer: layer.layer))
    }
    return values
  }

  /// The published layout: a ceiling on the negated axis, which is the floor.
  private func torchCapping() -> TorchValue {
    func name(_ layer: Int) -> String { "layer_\(layer)/negated_assistant_axis" }
    return .dictionary([
      (
        "vectors",
        .dictionary(
          layers.map { layer in
            (
              name(layer.layer),
              .dictionary([
                ("vector", .tensor(.float32, shape: [hiddenSize], layer.axis.unit.map { -$0 })),
                ("layer", .integer(layer.layer)),
              ])
            )
          })
      ),
      (
        "experiments",
        .list([
          .dictionary([
            ("id", .text(id)),
            (
              "interventions",
              .list(
                layers.map { layer in
                  .dictionary([("vector", .text(name(layer.layer))), ("cap", .number(-(layer.tau ?? .nan)))])
                })
            ),
          ])
        ])
      ),
    ])
  }

  private func capFile() throws -> CapFile {
    CapFile(
      id: id, hiddenSize: hiddenSize,
      layers: layers.map { layer in
        let tau = layer.tau ?? .nan
        return CapFile.Layer(
          layer: layer.layer, vector: layer.axis.unit, min: tau,
          minPosition: layer.axis.isAnchored ? layer.axis.position(ofProjection: tau) : nil)
      },
      provenance: try provenance())
  }

  /// Where it comes from.
  func provenance() throws -> [String: String] {
    let digest = try InputDigest(of: run.path, as: Paths.lastComponent(of: run.path))
    var known = ["tool": "persona \(toolVersion)", "space": digest.path, "space_sha256": digest.sha256 ?? ""]
    if let model = run.space.model { known["model"] = model }
    if !thresholds.source.isEmpty { known["tau"] = thresholds.source }
    if let percentile = thresholds.percentile {
      known["percentile"] = "\(percentile), counted from the end away from the Assistant"
    }
    return known
  }

  private func writeControlVector(_ file: OutputFile) throws {
    let writer = try GGUFWriter(file, layers: numbers, hiddenSize: hiddenSize, model: run.options.model)
    for layer in layers { try writer.write(try floats(layer, layer.axis.contrast)) }
    try writer.finish()
  }

  private var table: CSVTable {
    let schema = CSVSchema<ExportedLayer> {
      CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
      CSVColumn("axis_norm", "Length of the axis.", .length, empty: "SPACE is a bare axis") {
        .number($0.axis.isAnchored ? $0.axis.norm : nil)
      }
      (0..<hiddenSize).map { dimension in
        CSVColumn("x\(dimension)", "The axis in this dimension.", .number) { .number($0.axis.contrast[dimension]) }
      }
    }
    return schema.table { take in for layer in layers { try take(layer) } }
  }
}
