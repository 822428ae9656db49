public import LinearAlgebra

/// What is read of each response in one layer: its axis position, its scores on the components, and the whole of it.
public struct ReadoutFrame: Sendable {
  /// The axis; its default is where adherence is counted from.
  public let axis: AssistantAxis
  /// What activations are multiplied by first; nil if they are read as they are.
  public let factors: [Double]?
  /// axis / |axis|², then the unit components; shape (1 + K, d).
  let directions: Matrix

  /// Of the layer with `axis` and `components`, unit rows of shape (K, d).
  public init(axis: AssistantAxis, components: Matrix, factors: [Double]?) {
    precondition(components.columns == axis.unit.count, "axis and components differ in dimensions")
    let scale = axis.norm * axis.norm
    (self.axis, self.factors) = (axis, factors)
    directions = Matrix(
      rows: 1 + components.rows, columns: components.columns,
      elements: axis.contrast.map { $0 / scale } + components.elements)
  }

  /// The names of the numbers that are read: `axis_position`, `pc1`, ….
  public var names: [String] { ["axis_position"] + (1..<directions.rows).map { "pc\($0)" } }

  /// The number of dimensions.
  public var dimensions: Int { directions.columns }
}

extension ReadoutFrame {
  /// The axis position of each row of `responses`, shape (n, d), scaled as the frame has it; shape (n, 1).
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func positions(of responses: Matrix) throws -> Matrix {
    let differences = responses.subtractingFromRows(axis.roleMean)
    return try differences.times(Matrix(rows: dimensions, columns: 1, elements: Array(directions.row(0))))
  }
}
