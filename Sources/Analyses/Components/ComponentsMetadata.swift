internal import Dumps
internal import Files
internal import FoundationEssentials

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

/// What the file of a part says of itself.
struct PartMetadata {
  static let format = "persona part 1"

  let part: WorkPart
  let identity: RunIdentity
  let model: String?

  init(_ part: WorkPart, _ identity: RunIdentity, model: String?) {
    (self.part, self.identity, self.model) = (part, identity, model)
  }

  /// Reads it from the `metadata` of the file at `path`.
  ///
  /// - Throws: `FileError` if it is of no part.
  init(_ metadata: [String: String], path: String) throws {
    guard metadata["format"] == Self.format, let part = metadata["part"].flatMap({ WorkPart($0) }),
      let text = metadata["identity"],
      let identity = try? JSONDecoder().decode(RunIdentity.self, from: Data(text.utf8)), identity.rows > 0,
      (1...ResponseFile.mostDimensions).contains(identity.hiddenSize), !identity.layers.isEmpty
    else { throw FileError(path: path, fault: ComponentsFault.notAPart) }
    (self.part, self.identity, model) = (part, identity, metadata["model"])
  }

  var entries: [(key: String, value: String)] {
    get throws {
      [
        (key: "format", value: Self.format), (key: "part", value: "\(part.number)/\(part.count)"),
        (key: "identity", value: try encodeJSON(identity, pretty: false)),
      ] + (model.map { [(key: "model", value: $0)] } ?? [])
    }
  }
}
