internal import LinearAlgebra

/// What the errors of measuring two models tell of their comparison over the roles that they have in common.
public struct MeasuredPair: Sendable {
  /// The change of the axis position of one role, without the bias of errors.
  public struct Change: Sendable, Equatable {
    /// Position in the second space less that in the first.
    public let value: Double
    /// Its standard error, by the questions.
    public let error: Double
    /// The degrees of freedom of that.
    public let freedom: Double
  }

  /// The changes of the common roles; nil for one of whose own error nothing is known.
  public let changes: [Change?]
  private let a, b: MeasurementErrors
  private let sharesQuestions: Bool

  /// Of errors of `a` and of `b`, whose common roles are their rows `rowsA` and `rowsB`.
  ///
  /// - Parameter sharesQuestions: whether the clusters of both are the same questions. Errors are then compared question by question, as
  ///   both models answered them; else they are taken for independent.
  public init(_ a: MeasurementErrors, _ rowsA: [Int], _ b: MeasurementErrors, _ rowsB: [Int], sharesQuestions: Bool) {
    precondition(!sharesQuestions || a.clusters == b.clusters, "clusters differ in number")
    let (first, second) = (a.about(rowsA), b.about(rowsB))
    changes = rowsA.indices.map { role in
      let answered = (a.answered[rowsA[role]], b.answered[rowsB[role]])
      guard min(answered.0, answered.1) >= 2 else { return nil }
      let value = second.positions[role] - first.positions[role]
      let (x, y) = (first.steps[role], second.steps[role])
      if sharesQuestions {
        let square = zip(x, y).reduce(0) { $0 + ($1.1 - $1.0) * ($1.1 - $1.0) }
        return Change(value: value, error: square.squareRoot(), freedom: Double(min(answered.0, answered.1) - 1))
      }
      // Welch (Biometrika 34, 1947).
      let squares = (dotProduct(x, x), dotProduct(y, y))
      let sum = squares.0 + squares.1
      let spread = squares.0 * squares.0 / Double(answered.0 - 1) + squares.1 * squares.1 / Double(answered.1 - 1)
      return Change(value: value, error: sum.squareRoot(), freedom: spread > 0 ? sum * sum / spread : 1)
    }
    (self.a, self.b, self.sharesQuestions) = (a, b, sharesQuestions)
  }

  /// The measures that have a value without the bias of errors: the cosine of the axes, and the shifts of default and mean role at right
  /// angles to the first axis. Squares are taken less what errors are expected to add; one of which nothing is left is 0. Those that
  /// are not there have none, as an axis is not longer than its error.
  public func corrected(_ comparison: SpaceComparison) -> [ComparisonMeasure.Kind: Double] {
    guard comparison.shared != nil else { return [:] }
    let (first, second) = (comparison.a.axis, comparison.b.axis)
    let (ownA, ownB) = (a.axisSteps, b.axisSteps)
    let squareA = first.norm * first.norm - sumOfSquares(ownA)
    let squareB = second.norm * second.norm - sumOfSquares(ownB)
    guard squareA > 0 else { return [:] }
    var found: [ComparisonMeasure.Kind: Double] = [:]
    if squareB > 0 {
      let shared = sharesQuestions ? dotProduct(ownA.elements, ownB.elements) : 0
      let product = dotProduct(first.contrast, second.contrast) - shared
      found[.axisCosine] = min(max(product / (squareA * squareB).squareRoot(), -1), 1)
    }
    let shifts: [(ComparisonMeasure.Kind, [Double], Matrix, Matrix)] = [
      (.defaultShiftOff, difference(second.assistant, first.assistant), a.assistantSteps, b.assistantSteps),
      (
        .meanShiftOff, difference(comparison.b.components.mean, comparison.a.components.mean), a.meanSteps, b.meanSteps
      ),
    ]
    for (kind, shift, stepsA, stepsB) in shifts {
      let (along, off) = SharedDimensions.split(shift, first)
      let noise = noise(of: stepsA, stepsB, axis: first, along: along)
      let square = off * off * first.norm * first.norm - noise
      found[kind] = (max(square, 0) / squareA).squareRoot()
    }
    return found
  }

  /// What errors are expected to add to the square of a shift beside the first axis, which is turned by them: Σ |(δ − κ v)⊥|², of δ
  /// the steps of the shift, v those of the axis, and κ the shift along it in lengths of it.
  private func noise(of stepsA: Matrix, _ stepsB: Matrix, axis: AssistantAxis, along: Double) -> Double {
    func beside(_ step: [Double]) -> Double {
      let product = dotProduct(step, axis.unit)
      return max(0, dotProduct(step, step) - product * product)
    }
    let turned = a.axisSteps
    var sum = 0.0
    for g in 0..<a.clusters {
      var step = [Double](repeating: 0, count: axis.unit.count)
      let (own, turn) = (stepsA.row(g), turned.row(g))
      for j in step.indices { step[j] = -own[own.startIndex + j] - along * turn[turn.startIndex + j] }
      if sharesQuestions {
        let other = stepsB.row(g)
        for j in step.indices { step[j] += other[other.startIndex + j] }
      }
      sum += beside(step)
    }
    if !sharesQuestions { for g in 0..<b.clusters { sum += beside(Array(stepsB.row(g))) } }
    return sum
  }

  private func sumOfSquares(_ matrix: Matrix) -> Double { dotProduct(matrix.elements, matrix.elements) }
}

extension MeasurementErrors {
  /// Positions and their steps about the mean of the roles at `rows`: with m the mean of these, p becomes (p − m) / (1 − m). That is as
  /// if the axis kept its direction.
  fileprivate func about(_ rows: [Int]) -> (positions: [Double], steps: [[Double]]) {
    let count = Double(rows.count)
    let mean = rows.reduce(0) { $0 + positions[$1] } / count
    var meanStep = [Double](repeating: 0, count: clusters)
    for row in rows { for g in 0..<clusters { meanStep[g] += positionSteps[row, g] / count } }
    let moved = rows.map { (positions[$0] - mean) / (1 - mean) }
    let steps = rows.indices.map { place in
      (0..<clusters).map {
        (positionSteps[rows[place], $0] - meanStep[$0] + moved[place] * meanStep[$0]) / (1 - mean)
      }
    }
    return (moved, steps)
  }
}
