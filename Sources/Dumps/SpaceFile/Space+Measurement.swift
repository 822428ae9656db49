internal import Files
internal import LinearAlgebra
package import PersonaSpace
internal import TensorFiles

/// What a space file tells of the error with which its roles and its default were measured.
package struct SpaceMeasurement: Sendable {
  /// The cluster of each question, by its number.
  package let clusters: [Int: Int]
  /// The errors.
  package let errors: MeasurementErrors
  /// What two measurements of the model would show, by measure.
  package let ceilings: [String: NoiseCeiling]
}

extension Space {
  /// What the file tells of the errors of the layer at `index`; nil where it does not: the space was fitted from vectors, or without
  /// resampling.
  ///
  /// - Throws: `FileError` if it cannot be read any more, or contradicts itself.
  package func measurement(layer index: Int) throws -> SpaceMeasurement? {
    guard let file = try opened(), file.tensors.contains(where: { $0.name == "position_steps" }) else { return nil }
    let (roles, d) = (roleNames.count, hiddenSize)
    let steps = try file.tensor(named: "position_steps")
    guard steps.shape.count == 3, let clusters = steps.shape.last, let names = SpaceMetadata(of: file).ceilingMeasures
    else { throw FileError(path: file.path, fault: SpaceFileFault.measurement) }
    func read(_ name: String, _ shape: [Int], _ ranges: [Range<Int>]? = nil) throws -> [Double] {
      let tensor = try file.tensor(named: name)
      guard tensor.shape == shape else { throw FileError(path: file.path, fault: SpaceFileFault.measurement) }
      return try file.read(tensor, ranges ?? shape.map { 0..<$0 })
    }
    func layer(_ name: String, _ rows: Int, _ columns: Int) throws -> Matrix {
      let shape = [layers.count, rows, columns]
      return Matrix(
        rows: rows, columns: columns,
        elements: try read(name, shape, [index..<index + 1, 0..<rows, 0..<columns]))
    }
    let positions = try read("corrected_positions", [roles, layers.count], [0..<roles, index..<index + 1])
    let answered = try read("answered_clusters", [roles])
    let pairs = try file.tensor(named: "question_clusters")
    let questions = pairs.shape.count == 2 ? try read("question_clusters", [pairs.shape[0], 2]) : []
    let (known, shares) = (try layer("ceilings", names.count, 2), try layer("position_steps", roles, clusters))
    var found: [Int: Int] = [:]
    for row in 0..<questions.count / 2 {
      guard let question = Int(exactly: questions[2 * row]), let cluster = Int(exactly: questions[2 * row + 1]),
        0..<clusters ~= cluster
      else { throw FileError(path: file.path, fault: SpaceFileFault.measurement) }
      found[question] = cluster
    }
    guard answered.allSatisfy({ Int(exactly: $0) != nil }), clusters > 0 else {
      throw FileError(path: file.path, fault: SpaceFileFault.measurement)
    }
    let (assistant, mean) = (try layer("default_steps", clusters, d), try layer("mean_steps", clusters, d))
    // Where the axis is not longer than its error, there are no positions, and no steps of them.
    guard (assistant.elements + mean.elements).allSatisfy(\.isFinite),
      shares.elements.allSatisfy(\.isFinite) || !positions.contains(where: \.isFinite)
    else { throw FileError(path: file.path, fault: SpaceFileFault.notFinite) }
    return SpaceMeasurement(
      clusters: found,
      errors: MeasurementErrors(
        positions: positions, positionSteps: shares, assistantSteps: assistant, meanSteps: mean,
        answered: answered.map { Int($0) }),
      ceilings: Dictionary(
        names.enumerated().map { ($1, NoiseCeiling(mean: known[$0, 0], outer: known[$0, 1])) }
      ) { first, _ in first })
  }
}
