internal import Dumps
internal import Files
internal import PersonaSpace

extension CapRun {
  /// The turns of `plan` under the floors that `sweep` has of each layer of the space.
  func rows(_ sweep: [[CapThreshold]], _ plan: TurnPlan) async throws -> [CapTurn] {
    let reach = try plan.roleReaches()
    let pass = try await TurnPass(plan, .init(name: "cap", keepsTokens: true), log: log) { [space] measured in
      measured.turn.tokens.map { tokens in
        sweep[measured.layerIndex].map {
          CapTurn(
            measured.turn, tokens, key: measured.key, turn: measured.number, turnCount: measured.count,
            layer: measured.layer, threshold: $0, axis: space.axes[measured.layerIndex],
            reach: TurnPlan.ratio(measured.turn.reading.offAxisDistance, reach[measured.layer]))
        }
      } ?? []
    }
    return Self.rows(pass)
  }

  /// The rows conversation by conversation, in each layer by layer, and there threshold by threshold.
  private static func rows(_ pass: TurnPass<[CapTurn]>) -> [CapTurn] {
    pass.voices.flatMap(\.reduced).flatMap { turns in
      (turns.first ?? []).indices.flatMap { threshold in turns.map { $0[threshold] } }
    }
  }

  /// The configuration that says where to cap, held against the space; nil without one. What a user should know of it is noted.
  func configuredCaps() throws -> ConfiguredCaps? {
    guard case .configuration(let configuration, let path) = thresholds else { return nil }
    let caps = try ConfiguredCaps(configuration, at: path, space, layers: options.layers)
    for note in caps.notes { log.note("\(path): \(note)") }
    return caps
  }

  /// How turns are read: in the layers that a configuration caps, where one says so.
  func planned(_ configured: ConfiguredCaps?) -> TurnOptions {
    guard let configured else { return options }
    var own = options
    own.settings.layers = LayerSelection(configured.directions.layers)
    return own
  }

  /// The experiment that says where to cap, in words.
  var configurationWords: String? {
    guard case .configuration(let configuration, let path) = thresholds else { return nil }
    return "'\(configuration.experiment)' of \(path)"
  }
}
