public import LinearAlgebra

/// What the answers behind the roles and the default of a layer tell of the error with which these are measured: what each question, or
/// cluster of questions, moves, to first order.
///
/// The squares of the steps of all clusters add up to a squared standard error. Steps of two models by the same cluster can be taken from
/// one another, as both were asked the same.
public struct MeasurementErrors: Sendable, Equatable {
  /// The axis position of each role without the bias that errors give it; shape (R). NaN where the axis is not longer than its error.
  public let positions: [Double]
  /// By how much each cluster moves each position, with the mean role and the default; shape (R, G).
  public let positionSteps: Matrix
  /// By how much each cluster moves the default, and the mean role, in activation units; shape (G, d).
  public let assistantSteps, meanSteps: Matrix
  /// The clusters with an answer of each role; shape (R). Of fewer than two its own error is not known.
  public let answered: [Int]

  /// Errors that are known.
  public init(
    positions: [Double], positionSteps: Matrix, assistantSteps: Matrix, meanSteps: Matrix, answered: [Int]
  ) {
    precondition(positions.count == positionSteps.rows && positions.count == answered.count, "roles differ in number")
    precondition(assistantSteps.rows == positionSteps.columns, "clusters differ in number")
    (self.positions, self.positionSteps, self.answered) = (positions, positionSteps, answered)
    (self.assistantSteps, self.meanSteps) = (assistantSteps, meanSteps)
  }

  /// The number of clusters.
  public var clusters: Int { positionSteps.columns }

  /// By how much each cluster moves the axis; shape (G, d).
  var axisSteps: Matrix {
    Matrix(
      rows: clusters, columns: meanSteps.columns,
      elements: difference(assistantSteps.elements, meanSteps.elements))
  }
}

extension QuestionErrors {
  /// What these errors come to in a layer; nil where the default's own is not known.
  ///
  /// The position p = c · a / |a|² of a role c from the mean, a the axis, moves by (w · a + c · v − 2 p a · v) / |a|² if the role moves
  /// by w from the mean and the axis by v. p and |a|² are those without the bias of errors.
  func measurement(_ geometry: RoleGeometry, _ measured: MeasuredAxis) throws -> MeasurementErrors? {
    guard assistantClusters != nil else { return nil }
    let (roles, square) = (geometry.count, measured.axisSquare)
    var steps = Matrix(rows: roles, columns: count, elements: [Double](repeating: 0, count: roles * count))
    var (assistants, means) = ([Double](), [Double]())
    for cluster in 0..<count {
      let (moved, assistant) = part(cluster)
      let mean = moved.columnMeans()
      let axis = difference(assistant, mean)
      let (own, across) = (try moved.times(geometry.axis), try geometry.centred.times(axis))
      let (shared, along) = (dotProduct(mean, geometry.axis), dotProduct(axis, geometry.axis))
      for role in 0..<roles {
        steps[role, cluster] =
          (own[role] - shared + across[role] - 2 * measured.positions[role] * along) / square
      }
      assistants += assistant
      means += mean
    }
    return MeasurementErrors(
      positions: measured.positions, positionSteps: steps,
      assistantSteps: Matrix(rows: count, columns: geometry.axis.count, elements: assistants),
      meanSteps: Matrix(rows: count, columns: geometry.axis.count, elements: means), answered: answered)
  }
}
