public import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace

/// Reads what a capping configuration does to turns: whether it pulls them toward the Assistant of a space, or away.
public struct CapCheckRun: Sendable {
  let configuration: CappingConfiguration
  let path: String
  let space: Space
  let turns: [String]
  let options: TurnOptions
  let log: RunLog

  /// A check of the configuration in the file at `path`, over the turns at `turns`.
  public init(
    _ configuration: CappingConfiguration, at path: String, _ space: Space, _ turns: [String], options: TurnOptions,
    log: RunLog = .silent
  ) {
    (self.configuration, self.path, self.space) = (configuration, path, space)
    (self.turns, self.options, self.log) = (turns, options, log)
  }

  /// Below it, as a magnitude, an intervention moves activations farther off the axis than along it.
  private static let leastCosine = 0.5

  /// Reads the turns.
  ///
  /// - Throws: `FileError` for what is wrong with the input.
  public func run() async throws -> CapCheckResult {
    for intervention in configuration.interventions {
      guard intervention.direction.count == space.hiddenSize else {
        throw FileError(
          path: path, place: "vector '\(intervention.vector)'",
          fault: CappingFault.dimensions(intervention.direction.count, space: space.hiddenSize))
      }
      guard space.layers.contains(intervention.layer) else {
        throw FileError(path: path, fault: CappingFault.noLayer(intervention.layer, present: space.layers))
      }
    }
    if space.axes.contains(where: { !$0.isAnchored }) {
      log.note("nothing beside the axis says that it points toward the Assistant: 'toward' means along it")
    }
    if space.isRescaled { throw FileError(path: turns.first ?? "", fault: CapFault.scaledSpace) }
    // The turns are projected on the configuration's own directions.
    let own = try configuration.interventions.map { try AssistantAxis(direction: $0.direction) }
    let directions = Space(
      layers: configuration.interventions.map(\.layer), hiddenSize: space.hiddenSize, axes: own, factors: nil,
      roleNames: [], roleProjections: own.map { _ in [] }, roleReach: own.map { _ in .nan }, rowLayers: space.rowLayers,
      model: space.model)
    let plan = try TurnPlan(directions, turns, options: options, log: log)
    if let missing = directions.layers.first(where: { !plan.layers.contains($0) }) {
      throw FileError(path: path, fault: CappingFault.noLayer(missing, present: plan.layers))
    }
    let interventions = configuration.interventions
    let pass = try await TurnPass(plan, .init(name: "check", tokens: .places), log: log) { measured in
      measured.turn.tokens.map {
        CappedTurn(
          $0, mean: measured.turn.reading.projection,
          ActivationCap(threshold: interventions[measured.layerIndex].floor))
      }
    }
    let hasMeans = pass.spoken.contains { $0.areMeans && $0.turns > 0 }
    let layers = plan.layers.enumerated().map { place, layer in
      let turns = pass.spoken.flatMap { $0.reduced[place] }.compactMap(\.self)
      let (index, intervention) = (space.layers.firstIndex(of: layer) ?? 0, interventions[place])
      let axis = space.axes[index]
      let along = dotProduct(intervention.direction, axis.unit)
      let share = turns.reduce(0) { $0 + $1.cappedShare } / Double(turns.count)
      let pullback = turns.reduce(0) { $0 + $1.pullback } / Double(turns.count)
      return CapCheckResult.Layer(
        layer: layer, vector: intervention.vector, length: intervention.length,
        cap: intervention.isFloor ? intervention.floor : -intervention.floor, isFloor: intervention.isFloor,
        cosine: intervention.isFloor ? along : -along, turns: turns.count, cappedShare: share,
        movement: axis.isAnchored ? pullback * along / abs(axis.norm) : nil,
        direction: share == 0 ? .idle : abs(along) < Self.leastCosine ? .across : along > 0 ? .toward : .away)
    }
    return CapCheckResult(experiment: configuration.experiment, layers: layers, hasMeans: hasMeans)
  }
}

/// What a capping configuration does.
public struct CapCheckResult: Sendable, Encodable {
  /// Which way an intervention moves activations.
  public enum Direction: String, Sendable, Encodable {
    /// Toward the Assistant.
    case toward
    /// Away from it.
    case away
    /// It touches nothing.
    case idle
    /// Across the axis: of what it moves activations by, less than half is along it.
    case across
  }

  /// One layer.
  public struct Layer: Sendable, Encodable {
    /// The layer.
    public let layer: Int
    /// The vector's name.
    public let vector: String
    /// The vector's length in the file, and its cap: a ceiling on the projection on the vector at unit length, or a floor.
    public let length, cap: Double
    /// Whether the cap is a floor, as in `cap-json`; a ceiling in published configurations.
    public let isFloor: Bool
    /// The cosine of the vector with the axis of the space, which points toward the Assistant: about −1 in published configurations, 1
    /// where the cap is a floor.
    public let cosine: Double
    /// The number of turns.
    public let turns: Int
    /// The mean over them of the share of tokens touched, in 0…1.
    public let cappedShare: Double
    /// The mean over turns of the movement along the axis, in axis lengths, positive toward the Assistant; nil of a bare axis.
    public let movement: Double?
    /// Which way it moves them.
    public let direction: Direction
  }

  /// The experiment.
  public let experiment: String
  /// The layers that it caps, ascending.
  public let layers: [Layer]
  /// Whether turns are known by their means alone, which are touched as a whole or not.
  public let hasMeans: Bool

  /// Whether it does what a cap is for: it pulls toward the Assistant wherever it does anything, and somewhere it does.
  public var isSound: Bool {
    layers.contains { $0.direction == .toward } && layers.allSatisfy { [.toward, .idle].contains($0.direction) }
  }
}
