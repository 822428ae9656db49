internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics
internal import TensorFiles

/// Writes `space.safetensors`, layer after layer.
///
/// `role_vectors` (R, L, d) are as read, in float where that holds them exactly, or times `scale` (L, d) where dimensions are
/// dropped or scaled, as everything else is then; `default`, `mean` and `axis` (L, d),
/// `components` (L, K, d; unit rows, zero where a layer has fewer) and `variance` (L, K) are double.
final class SpaceWriter {
  private let writer: SafetensorsWriter
  private let plan: FitPlan

  init(_ file: OutputFile, _ plan: FitPlan, metadata: [(key: String, value: String)]) throws {
    self.plan = plan
    let (roles, layers, d) = (plan.selection.count, plan.layers.count, plan.vectors.hiddenSize)
    var tensors = [
      SafetensorsWriter.Declaration(
        name: "role_vectors",
        elementType: plan.vectors.fitsFloat && plan.scaling.scale == .none ? .float32 : .float64,
        shape: [roles, layers, d]),
      .init(name: "mean", elementType: .float64, shape: [layers, d]),
      .init(name: "components", elementType: .float64, shape: [layers, plan.kept, d]),
      .init(name: "variance", elementType: .float64, shape: [layers, plan.kept]),
    ]
    if plan.hasAssistant {
      tensors += [
        .init(name: "default", elementType: .float64, shape: [layers, d]),
        .init(name: "axis", elementType: .float64, shape: [layers, d]),
      ]
    }
    if !plan.scaling.isIdentity { tensors.append(.init(name: "scale", elementType: .float64, shape: [layers, d])) }
    writer = try SafetensorsWriter(file, tensors: tensors, metadata: metadata)
  }

  /// Writes the layer at `index`, fitted to `roles`.
  func write(_ space: LayerSpace, roles: Matrix, layer index: Int) throws {
    let (d, layers, kept) = (roles.columns, plan.layers.count, plan.kept)
    let roles = roles.scalingColumns(by: space.factors)
    if let factors = space.factors { try writer.write(factors, to: "scale", at: index * d) }
    for role in 0..<roles.rows {
      try writer.write(roles.row(role), to: "role_vectors", at: (role * layers + index) * d)
    }
    try writer.write(space.components.mean, to: "mean", at: index * d)
    let missing = kept - space.components.directions.rows
    try writer.write(
      space.components.directions.elements + [Double](repeating: 0, count: missing * d), to: "components",
      at: index * kept * d)
    try writer.write(Array(space.components.variance.prefix(kept)), to: "variance", at: index * kept)
    if let fit = space.assistant {
      try writer.write(fit.axis.assistant, to: "default", at: index * d)
      try writer.write(fit.axis.contrast, to: "axis", at: index * d)
    }
  }

  func finish() throws { try writer.finish() }

  /// The metadata by which the file explains itself.
  static func metadata(
    _ plan: FitPlan, labels: RoleTable, rowLayers: [Int], manifest: Manifest, options: FitOptions,
    inputs: [InputDigest]
  ) throws -> [(key: String, value: String)] {
    let names = plan.names
    let settings = [
      "row_layers": options.rowLayers?.text ?? "", "default": options.assistantName,
      "tensor": options.tensor ?? "", "components": "\(options.components)",
      "components_only": "\(options.componentsOnly)",
      "centring": "role mean", "scale": options.scaling.scale.rawValue, "drop_dimensions": options.scaling.dropped.text,
    ].merging(options.settings.recorded) { own, _ in own }
    var metadata = [
      ("format", RecordedFormat.space), ("tool", "persona \(toolVersion)"),
      ("roles", try encodeJSON(names, pretty: false)),
      ("groups", try encodeJSON(names.map { labels[$0].group }, pretty: false)),
      ("levels", try encodeJSON(names.map { labels[$0].level }, pretty: false)),
      ("layers", try encodeJSON(plan.layers, pretty: false)),
      ("row_layers", try encodeJSON(rowLayers, pretty: false)),
      ("layer_convention", "block_output: layer l is the residual stream after block l; -1 is the embedding"),
      ("axis", "default - mean, toward the Assistant"), ("assistant", options.assistantName),
      ("options", try encodeJSON(settings, pretty: false)), ("inputs", try encodeJSON(inputs, pretty: false)),
    ]
    if let model = manifest.model { metadata.append(("model", model)) }
    if let pooling = manifest.pooling { metadata.append(("pooling", pooling)) }
    return metadata.map { (key: $0.0, value: $0.1) }
  }
}
