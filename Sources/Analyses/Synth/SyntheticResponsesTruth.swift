internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import TensorFiles

/// What was planted in the responses of a synthetic dump: a part of `truth.json`.
struct SyntheticResponsesTruth: Encodable {
  struct Persona: Encodable {
    let persona: String
    let level, count: Int
    let resistance, instability, instabilityDefault, distance, position: Double
    let quadrant: Quadrant?

    enum CodingKeys: String, CodingKey {
      case persona, level, count, resistance, instability, distance, position, quadrant
      case instabilityDefault = "instability_default"
    }
  }

  struct Layer: Encodable {
    let layer: Int
    let personas: [Persona]
    /// The variance of axis position by source.
    let variance: [String: Double]
    /// The one-way components that this variance gives responses of one design.
    let icc, instabilityRatio: Double

    enum CodingKeys: String, CodingKey {
      case layer, personas, variance, icc
      case instabilityRatio = "instability_ratio"
    }
  }

  struct Level: Encodable {
    let level: Int
    let share, wobble: Double
  }

  let prompts, questions, runs: Int
  let levels: [Level]
  let layers: [Layer]

  init(_ responses: SyntheticResponses, _ personas: SyntheticPersonas) {
    let design = responses.design
    (prompts, questions, runs) = (design.prompts, design.questions, design.runs)
    levels = SyntheticResponses.adoptions.enumerated().map {
      Level(level: $0 + 1, share: $1.share, wobble: $1.wobble)
    }
    layers = personas.layers.indices.map { layer in
      let vectors = personas.roleVectors(layer: layer)
      let planted = personas.roles.indices.map {
        responses.planted(role: $0, target: Array(vectors.row($0)), layer: layer)
      }
      let own = zip(personas.roles, planted).map { role, planted in
        Persona(
          persona: role.name, level: role.level, count: design.count,
          resistance: planted.resistance, instability: planted.instability, instabilityDefault: planted.floor,
          distance: planted.distance, position: planted.position,
          quadrant: Quadrant(
            resistance: planted.resistance, instability: planted.instability, floor: planted.floor,
            cutoffs: Quadrant.Cutoffs()))
      }
      let variance = responses.variances(of: planted)
      let components = responses.components(variance, personas: personas.roles.count)
      return Layer(
        layer: layer, personas: own,
        variance: Dictionary(uniqueKeysWithValues: variance.map { ($0.key.rawValue, $0.value) }),
        icc: components.intraclassCorrelation, instabilityRatio: components.instabilityRatio)
    }
  }
}

extension SynthRun {
  /// Writes the responses of every role and of the default, and the roles' scores, and gives their names.
  func writeResponses(
    _ responses: SyntheticResponses, _ personas: SyntheticPersonas, _ output: OutputFolder
  ) throws -> [String] {
    let vectors = (0..<options.layers).map { personas.roleVectors(layer: $0) }
    var names: [String] = []
    func write(_ role: String, _ keys: [String], _ values: (Int) -> [Double]) throws {
      let name = "activations/\(role).safetensors"
      let writer = try SafetensorsWriter(
        try output.file(named: name),
        tensors: keys.map {
          .init(name: $0, elementType: options.elementType, shape: [options.layers, options.dimensions])
        })
      for (index, key) in keys.enumerated() { try writer.write(values(index), to: key) }
      try writer.finish()
      names.append(name)
    }
    for (index, role) in personas.roles.enumerated() {
      let own = responses.responses(index)
      try write(role.name, own.map(\.key)) { response in
        vectors.enumerated().flatMap { layer, vectors in
          responses.activation(own[response], role: index, target: Array(vectors.row(index)), layer: layer)
        }
      }
      let scores = Dictionary(uniqueKeysWithValues: own.map { ($0.key, $0.score) })
      try output.write(try encodeJSON(scores) + "\n", to: "scores/\(role.name).json")
      names.append("scores/\(role.name).json")
    }
    let own = responses.assistantResponses()
    try write("default", own.map(\.key)) { index in
      (0..<options.layers).flatMap { responses.assistantActivation(index, shift: own[index].shift, layer: $0) }
    }
    return names
  }
}
