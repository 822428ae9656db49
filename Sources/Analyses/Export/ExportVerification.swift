internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import TensorFiles

/// Reads an exported file back, and holds what it computes against what the space does.
struct ExportVerification {
  let run: ExportRun
  let layers: [ExportedLayer]

  /// What a file says of a layer: h ↦ max(h · unit, floor) · scale − offset.
  private struct Reading {
    let unit: [Double]
    var floor = -Double.infinity
    var (scale, offset) = (1.0, 0.0)

    /// - Throws: `SpaceFault.noAxis` if the direction has no length.
    init(_ direction: [Double]) throws {
      let length = euclideanNorm(direction)
      guard length > 0, length.isFinite else { throw SpaceFault.noAxis }
      unit = direction.map { $0 / length }
    }

    func value(ofProjection projection: Double) -> Double { max(projection, floor) * scale - offset }
  }

  /// An activation, as both see it.
  private struct Seen {
    let projection, norm: Double
  }

  /// The comparison, of the roles and the default, or of the turns that were given.
  ///
  /// - Throws: `FileError` if the file or the turns cannot be read.
  func compare() async throws -> ExportResult.Verification {
    let found = try located(run.output) { try readings() }
    let own = try ownReadings()
    let (theirs, ours): ([[Seen]], [[Seen]])
    if run.turns.isEmpty {
      let vectors = try layers.map(activations)
      theirs = zip(vectors, found).map { rows, reading in rows.map { Self.seen($0, reading.unit) } }
      ours = zip(vectors, own).map { rows, reading in rows.map { Self.seen($0, reading.unit) } }
    } else {
      theirs = try await tokens(found.map(\.unit))
      ours = try await tokens(own.map(\.unit))
    }
    var (largest, count) = (0.0, 0)
    for place in layers.indices {
      for (a, b) in zip(theirs[place], ours[place]) {
        let difference = abs(
          found[place].value(ofProjection: a.projection) - own[place].value(ofProjection: b.projection))
        let relative = difference / (max(b.norm, .leastNormalMagnitude) * abs(own[place].scale))
        largest = relative.isNaN ? .infinity : max(largest, relative)
        count += 1
      }
    }
    let compared = run.format.holdsThresholds ? "capped projection" : run.format == .readout ? "position" : "projection"
    let activations =
      run.turns.isEmpty ? "the \(run.space.roleNames.count) roles and the default" : "the tokens or turns given"
    return .init(compared: compared, activations: activations, count: count, largestDifference: largest)
  }

  private static func seen(_ h: [Double], _ unit: [Double]) -> Seen {
    Seen(projection: dotProduct(h, unit), norm: euclideanNorm(h))
  }

  /// The roles and the default in a layer.
  private func activations(_ layer: ExportedLayer) throws -> [[Double]] {
    let roles = try run.space.roleVectors(layer: layer.index, rows: Array(run.space.roleNames.indices))
    return (0..<roles.rows).map { Array(roles.row($0)) } + [layer.axis.assistant]
  }

  /// The tokens of the turns, where these were dumped, else the turns' means, as seen along `units`, layer by layer.
  private func tokens(_ units: [[Double]]) async throws -> [[Seen]] {
    let axes = try units.map { try AssistantAxis(direction: $0) }
    let directions = Space(
      layers: layers.map(\.layer), hiddenSize: run.space.hiddenSize, axes: axes, factors: nil, roleNames: [],
      roleProjections: axes.map { _ in [] }, roleReach: axes.map { _ in .nan }, rowLayers: run.space.rowLayers,
      model: run.space.model)
    var options = run.options.turns
    options.settings.layers = .all
    let plan = try TurnPlan(directions, run.turns, options: options, log: .silent)
    guard plan.layers == directions.layers else {
      let missing = directions.layers.first { !plan.layers.contains($0) } ?? 0
      throw FileError(path: run.turns[0], fault: CappingFault.noLayer(missing, present: plan.layers))
    }
    let pass = try await TurnPass(plan, .init(name: "verify", tokens: .places), log: run.log) { measured in
      zip(measured.turn.tokens?.projections ?? [], measured.turn.tokens?.norms ?? []).map {
        Seen(projection: $0, norm: $1)
      }
    }
    return layers.indices.map { place in pass.spoken.flatMap { $0.reduced[place].flatMap(\.self) } }
  }

  /// What the space itself says.
  private func ownReadings() throws -> [Reading] {
    try layers.map { layer in
      var reading = try Reading(layer.axis.unit)
      if let tau = layer.tau { reading.floor = tau }
      if run.format == .readout {
        (reading.scale, reading.offset) = (1 / layer.axis.norm, -layer.axis.position(ofProjection: 0))
      }
      return reading
    }
  }

  /// What the file says, layer by layer.
  private func readings() throws -> [Reading] {
    switch run.format {
    case .torchCapping, .capJSON:
      let read = try CappingConfiguration(readingFrom: run.output, experiment: nil)
      let byLayer = Dictionary(uniqueKeysWithValues: read.interventions.map { ($0.layer, $0) })
      return try layers.map { layer in
        guard let own = byLayer[layer.layer] else {
          throw CappingFault.noLayer(layer.layer, present: Array(byLayer.keys))
        }
        var reading = try Reading(own.direction)
        reading.floor = own.floor
        return reading
      }
    case .torchAxis, .npy:
      let file = try TensorFile(path: run.output)
      return try layers.indices.map { try Reading(try row($0, of: file.tensors[0], file)) }
    case .gguf:
      let file = try TensorFile(path: run.output)
      return try layers.map { layer in
        let tensor = try file.tensor(named: "direction.\(layer.layer)")
        return try Reading(try file.read(tensor))
      }
    case .csv: return try table().map { try Reading($0) }
    case .readout:
      let file = try TensorFile(path: run.output)
      let (direction, mean) = (try file.tensor(named: "direction"), try file.tensor(named: "mean"))
      return try layers.enumerated().map { place, layer in
        let own = try row(place, of: direction, file)
        var reading = try Reading(own)
        reading.scale = euclideanNorm(own)
        reading.offset = dotProduct(try row(place, of: mean, file), own)
        return reading
      }
    }
  }

  private func row(_ place: Int, of tensor: TensorEntry, _ file: TensorFile) throws -> [Double] {
    try file.read(tensor, [place..<place + 1, 0..<run.space.hiddenSize])
  }

  private func table() throws -> [[Double]] {
    var reader = try CSVReader(path: run.output)
    var rows: [[Double]] = []
    while try reader.next() {
      rows.append(try (2..<reader.columns.count).map { try reader.number($0) ?? .nan })
    }
    return rows
  }
}
