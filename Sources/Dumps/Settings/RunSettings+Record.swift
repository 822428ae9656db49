extension RunSettings {
  /// The names under which settings are recorded: the long names of the options.
  private enum Name {
    static let (layers, nonFinite, replicates, seed) = ("layers", "nonfinite", "bootstrap", "seed")
  }

  /// The settings as `run.json` and the metadata of a space record them among the options of a run: those that bear on the
  /// numbers, as text.
  public var recorded: [String: String] {
    [
      Name.layers: layers.text, Name.nonFinite: nonFinite.rawValue, Name.replicates: "\(replicates)",
      Name.seed: "\(seed)",
    ]
  }

  /// Reads what `recorded` gives back; nil if a setting is missing, or is none.
  public init?(recorded: [String: String]) {
    guard let layers = recorded[Name.layers].flatMap({ LayerSelection($0) }),
      let nonFinite = recorded[Name.nonFinite].flatMap({ NonFinitePolicy(rawValue: $0) }),
      let replicates = recorded[Name.replicates].flatMap({ Int($0) }), replicates >= 0,
      let seed = recorded[Name.seed].flatMap({ UInt64($0) })
    else { return nil }
    (self.layers, self.nonFinite, self.replicates, self.seed) = (layers, nonFinite, replicates, seed)
  }
}
