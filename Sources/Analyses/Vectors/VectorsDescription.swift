internal import Dumps

/// What a file of role vectors says of its run, besides what was averaged.
struct VectorsDescription: Sendable, Codable, Equatable {
  /// The options that bear on the numbers, by their long names.
  let options: [String: String]
  /// The name of the role that is the Assistant.
  let assistant: String
  let model, pooling: String?
  /// What is said of roles; nothing of those that are not in them.
  let groups, levels: [String: String]

  /// Of a run over a dump with `manifest` and `labels`.
  init(_ manifest: Manifest, _ labels: RoleTable, _ options: VectorsOptions) {
    var recorded = options.recorded
    recorded["layers"] = options.layers.text
    recorded["nonfinite"] = options.skipsNonFinite ? "skip" : "error"
    (self.options, assistant) = (recorded, options.assistantName)
    (model, pooling) = (manifest.model, manifest.pooling)
    groups = Dictionary(uniqueKeysWithValues: labels.names.map { ($0, labels[$0].group) })
    levels = Dictionary(uniqueKeysWithValues: labels.names.map { ($0, labels[$0].level) })
  }
}
