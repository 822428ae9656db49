internal import Dumps
internal import Files

extension ComponentsOptions {
  /// The options that bear on the numbers, by their long names.
  var recorded: [String: String] {
    [
      "k": "\(count)", "solver": solver.rawValue, "tolerance": tolerance.description, "passes": "\(passes)",
      "seed": "\(seed)", "nonfinite": settings.nonFinite.rawValue, "layers": layers.text,
    ]
  }
}

/// What `components.safetensors` says of itself.
struct ComponentsMetadata {
  let entries: [(key: String, value: String)]

  init(_ identity: RunIdentity, _ options: ComponentsOptions, model: String?) throws {
    let values: [(String, String?)] = [
      ("format", "persona components 1"), ("tool", "persona \(identity.tool)"),
      ("layers", try encodeJSON(identity.layers, pretty: false)),
      ("layer_convention", "block_output: layer l is the residual stream after block l; -1 is the embedding"),
      ("variance", "over rows - 1"), ("sign", "the element of largest magnitude of a component is positive"),
      (
        "options",
        try encodeJSON(
          [
            "k": "\(options.count)", "tolerance": options.tolerance.description, "seed": "\(options.seed)",
            "nonfinite": identity.nonFinite,
          ], pretty: false)
      ),
      ("inputs", try encodeJSON(identity.inputs, pretty: false)), ("model", model),
    ]
    entries = values.compactMap { key, value in value.map { (key: key, value: $0) } }
  }
}
