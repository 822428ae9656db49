internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace

/// A capping configuration, held against the space it is simulated in.
struct ConfiguredCaps: Sendable {
  let configuration: CappingConfiguration
  /// Its directions as axes, one for each intervention.
  let directions: Space
  /// The cosine of each direction with the axis of its layer.
  let cosines: [Double]
  /// The index of each one's layer among those of the space.
  let indices: [Int]

  /// Below it, as a magnitude, a direction is another one than the axis; rounding to 16 bits keeps 1 − 10⁻⁵.
  static let leastAlignment = 0.9999

  /// The configuration in the file `path`, of which `layers` are wanted.
  ///
  /// - Throws: `FileError` if its vectors have other dimensions than the space, or the space has not its layers.
  init(_ configuration: CappingConfiguration, at path: String, _ space: Space, layers: LayerSelection) throws {
    let wanted = try located(path) {
      try layers.indices(in: configuration.interventions.map(\.layer)).map { configuration.interventions[$0] }
    }
    for intervention in wanted {
      guard intervention.direction.count == space.hiddenSize else {
        throw FileError(
          path: path, place: intervention.vector,
          fault: CappingFault.dimensions(intervention.direction.count, space: space.hiddenSize))
      }
    }
    indices = try wanted.map { intervention in
      guard let index = space.layers.firstIndex(of: intervention.layer) else {
        throw FileError(path: path, fault: CappingFault.noLayer(intervention.layer, present: space.layers))
      }
      return index
    }
    let axes = try wanted.map { try AssistantAxis(direction: $0.direction) }
    cosines = zip(axes, indices).map { dotProduct($0.unit, space.axes[$1].unit) }
    directions = Space(
      layers: wanted.map(\.layer), hiddenSize: space.hiddenSize, axes: axes, factors: nil, roleNames: [],
      roleProjections: axes.map { _ in [] }, roleReach: axes.map { _ in .nan }, rowLayers: space.rowLayers,
      model: space.model, assistantName: space.assistantName)
    self.configuration = CappingConfiguration(experiment: configuration.experiment, interventions: wanted)
  }

  /// The floor of each layer of the space; none for those that it does not cap.
  func sweep(_ space: Space) -> [[CapThreshold]] {
    var sweep = space.layers.map { _ in [CapThreshold]() }
    for (place, index) in indices.enumerated() {
      sweep[index] = [
        CapThreshold(
          percentile: nil, tau: configuration.interventions[place].floor,
          isOnAxis: cosines[place] >= Self.leastAlignment)
      ]
    }
    return sweep
  }

  /// What a user should know of its directions.
  var notes: [String] {
    func layers(_ fits: (Double) -> Bool) -> [Int] {
      zip(directions.layers, cosines).filter { fits($0.1) }.map(\.0)
    }
    let (away, beside) = (layers { $0 < 0 }, layers { 0 <= $0 && $0 < Self.leastAlignment })
    return [
      away.isEmpty
        ? nil
        : "it pushes away from the Assistant at \(layerList(away)), where its vector points along the axis; persona cap check says more",
      beside.isEmpty
        ? nil
        : "its vectors are not the axis of this space at \(layerList(beside)) (cosine down to \(fixedCosine)): what they do along it is shown; tau is along them, and has no axis position",
    ].compactMap(\.self)
  }

  private var fixedCosine: Double { ((cosines.filter { $0 >= 0 }.min() ?? 0) * 1000).rounded() / 1000 }

  /// The default's responses along its directions, layer by layer of the space.
  func assistant(_ space: Space, _ paths: [String], _ options: TurnOptions, log: RunLog) throws -> AssistantProjections
  {
    let own = try AssistantProjections(directions, paths, options, log: log).byLayer
    var found = space.layers.map { _ in [Double]() }
    for (place, index) in indices.enumerated() { found[index] = own[place] }
    return AssistantProjections(byLayer: found)
  }
}
