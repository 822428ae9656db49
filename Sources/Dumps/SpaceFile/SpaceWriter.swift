package import Files
package import LinearAlgebra
package import PersonaSpace
internal import Statistics
internal import TensorFiles

/// Writes `space.safetensors`, layers in any order and by several tasks.
///
/// `role_vectors` (R, L, d) are as read, in float where that holds them exactly, or times `scale` (L, d) where dimensions are
/// dropped or scaled, as everything else is then; `default`, `mean` and `axis` (L, d),
/// `components` (L, K, d; unit rows, zero where a layer has fewer) and `variance` (L, K) are double.
///
/// Where roles are means of answers, G clusters of questions tell the error of these (`MeasurementErrors`): `corrected_positions` (R, L)
/// and `ceilings` (L, measures, 2: mean and outer) in double, `position_steps` (L, R, G), `default_steps` and `mean_steps` (L, G, d) in
/// float, `question_clusters` (Q, 2: question and cluster) and `answered_clusters` (R).
package final class SpaceWriter: Sendable {
  /// What is in the file, and how much.
  package struct Contents: Sendable {
    /// The number of roles R, layers L, dimensions d and components K.
    package let roles, layers, hiddenSize, components: Int
    /// Whether a float holds every role vector exactly.
    package let fitsFloat: Bool
    /// Whether there is a default Assistant, and with it an axis.
    package let hasAssistant: Bool
    /// Whether dimensions are dropped or scaled.
    package let isScaled: Bool
    /// What tells the error of measuring roles and default; nil where nothing does.
    package let measurement: Measurement?

    package init(
      roles: Int, layers: Int, hiddenSize: Int, components: Int, fitsFloat: Bool, hasAssistant: Bool, isScaled: Bool,
      measurement: Measurement? = nil
    ) {
      (self.roles, self.layers, self.hiddenSize, self.components) = (roles, layers, hiddenSize, components)
      (self.fitsFloat, self.hasAssistant, self.isScaled) = (fitsFloat, hasAssistant, isScaled)
      self.measurement = measurement
    }
  }

  /// The questions that roles and default are measured by.
  package struct Measurement: Sendable {
    /// The cluster of each question, by its number.
    package let clusters: [Int: Int]

    package init(clusters: [Int: Int]) { self.clusters = clusters }

    /// The number of clusters.
    var count: Int { Set(clusters.values).count }
  }

  private let writer: SafetensorsWriter
  private let contents: Contents

  /// A writer to `file`.
  ///
  /// - Throws: `FileError` if it cannot be written.
  package init(_ file: OutputFile, _ contents: Contents, metadata: SpaceMetadata) throws {
    self.contents = contents
    let (roles, layers, d) = (contents.roles, contents.layers, contents.hiddenSize)
    var tensors = [
      SafetensorsWriter.Declaration(
        name: "role_vectors", elementType: contents.fitsFloat ? .float32 : .float64, shape: [roles, layers, d]),
      .init(name: "mean", elementType: .float64, shape: [layers, d]),
      .init(name: "components", elementType: .float64, shape: [layers, contents.components, d]),
      .init(name: "variance", elementType: .float64, shape: [layers, contents.components]),
    ]
    if contents.hasAssistant {
      tensors += [
        .init(name: "default", elementType: .float64, shape: [layers, d]),
        .init(name: "axis", elementType: .float64, shape: [layers, d]),
      ]
    }
    if contents.isScaled { tensors.append(.init(name: "scale", elementType: .float64, shape: [layers, d])) }
    if let measurement = contents.measurement {
      let (clusters, measures) = (measurement.count, NoiseCeiling.measures.count)
      tensors += [
        .init(name: "corrected_positions", elementType: .float64, shape: [roles, layers]),
        .init(name: "position_steps", elementType: .float32, shape: [layers, roles, clusters]),
        .init(name: "default_steps", elementType: .float32, shape: [layers, clusters, d]),
        .init(name: "mean_steps", elementType: .float32, shape: [layers, clusters, d]),
        .init(name: "question_clusters", elementType: .float64, shape: [measurement.clusters.count, 2]),
        .init(name: "answered_clusters", elementType: .float64, shape: [roles]),
        .init(name: "ceilings", elementType: .float64, shape: [layers, measures, 2]),
      ]
    }
    writer = try SafetensorsWriter(file, tensors: tensors, metadata: try metadata.entries())
  }

  /// Writes the layer at `index`, fitted to `roles`, but for what resampling says of it.
  package func write(_ space: LayerSpace, roles: Matrix, layer index: Int) throws {
    let (d, layers, kept) = (roles.columns, contents.layers, contents.components)
    let roles = roles.scalingColumns(by: space.factors)
    if let factors = space.factors { try writer.write(factors, to: "scale", at: index * d) }
    for role in 0..<roles.rows {
      try writer.write(roles.row(role), to: "role_vectors", at: (role * layers + index) * d)
    }
    try writer.write(space.components.mean, to: "mean", at: index * d)
    let missing = kept - space.components.directions.rows
    try writer.write(
      space.components.directions.elements + [Double](repeating: 0, count: missing * d), to: "components",
      at: index * kept * d)
    try writer.write(Array(space.components.variance.prefix(kept)), to: "variance", at: index * kept)
    if let fit = space.assistant {
      try writer.write(fit.axis.assistant, to: "default", at: index * d)
      try writer.write(fit.axis.contrast, to: "axis", at: index * d)
    }
  }

  /// Writes what is known of the errors of the layer at `index`, if they are in the file.
  package func writeErrors(_ space: LayerSpace, layer index: Int) throws {
    guard let questions = contents.measurement, let found = space.uncertainty, let errors = found.errors else { return }
    let ceilings = found.ceilings
    let (d, layers, clusters) = (contents.hiddenSize, contents.layers, errors.clusters)
    for (role, position) in errors.positions.enumerated() {
      try writer.write([position], to: "corrected_positions", at: role * layers + index)
    }
    try writer.write(
      errors.positionSteps.elements, to: "position_steps", at: index * errors.positions.count * clusters)
    try writer.write(errors.assistantSteps.elements, to: "default_steps", at: index * clusters * d)
    try writer.write(errors.meanSteps.elements, to: "mean_steps", at: index * clusters * d)
    try writer.write(ceilings.flatMap { [$0.mean, $0.outer] }, to: "ceilings", at: index * ceilings.count * 2)
    if index == 0 {
      let pairs = questions.clusters.sorted { $0.key < $1.key }
      try writer.write(pairs.flatMap { [Double($0.key), Double($0.value)] }, to: "question_clusters")
      try writer.write(errors.answered.map { Double($0) }, to: "answered_clusters")
    }
  }

  /// Ends the file, of which every layer must have been written.
  package func finish() throws { try writer.finish() }
}
