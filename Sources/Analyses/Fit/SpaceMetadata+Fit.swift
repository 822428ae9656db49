internal import Dumps
internal import Files
internal import PersonaSpace

extension SpaceMetadata {
  /// What the file of a fit says of itself.
  init(_ input: FitInput, _ options: FitOptions, _ inputs: [InputDigest]) throws {
    self.init()
    let names = input.plan.names
    (format, tool) = (.space, "persona \(toolVersion)")
    (roles, groups) = (names, names.map { input.labels[$0].group })
    levels = names.map { input.labels[$0].level }
    (layers, rowLayers, assistant) = (input.plan.layers, input.rowLayers, options.assistantName)
    self.options = [
      "row_layers": options.rowLayers?.text ?? "", "default": options.assistantName,
      "tensor": options.tensor ?? "", "components": "\(options.components)",
      "components_only": "\(options.componentsOnly)",
      "centring": "role mean", "scale": options.scaling.scale.rawValue, "drop_dimensions": options.scaling.dropped.text,
    ].merging(options.settings.recorded) { own, _ in own }
    if let axes = options.axes { self.options?["axes"] = axes.text }
    self.inputs = try encodeJSON(inputs, pretty: false)
    if input.plan.knowsErrors { ceilingMeasures = NoiseCeiling.measures.map(\.name) }
    (model, pooling) = (input.manifest.model, input.manifest.pooling)
  }
}
