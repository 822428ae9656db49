internal import LinearAlgebra

/// Roles and default about which measurements of a model can be drawn: as they were measured, but as far apart as they are without the
/// error of measuring them.
///
/// Errors have lengthened what was measured. Its inner products less what errors are expected to add (`QuestionErrors`) are those of the
/// model itself, but for chance, which leaves some eigenvalues negative: the nearest products that are positive and of the same trace
/// are taken, by one threshold that is taken from all eigenvalues. Roles and axis are mixed so that they have these.
package struct MeasuredModel: Sendable {
  /// Roles and axis, with all inner products.
  let geometry: RoleGeometry
  /// The errors with which the model is measured.
  let errors: QuestionErrors
  /// Whether roles and axis are longer than their errors, which then are out of `geometry`. Else it is what was measured.
  let isFreed: Bool
  /// The first component of the roles, with unit length, of either sign; shape (d).
  let component: [Double]

  /// The number of the first draw among samples of questions, behind those of bootstrap samples.
  private static let first = 1 << 32

  /// Of `measured`, with `errors`.
  ///
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(R² d + R³).
  init(_ measured: RoleGeometry, _ errors: QuestionErrors) throws {
    let freed = try Self.freed(measured, errors)
    (isFreed, self.errors) = (freed != nil, errors)
    if let freed {
      geometry = freed
    } else {
      let mean = [Double](repeating: 0, count: measured.axis.count)
      geometry = try RoleGeometry(roles: measured.centred, mean: mean, assistant: measured.axis, needsGram: true)
    }
    guard let gram = geometry.gram else { preconditionFailure("inner products were asked for") }
    let leading = try SymmetricEigensystem(leading: 1, of: gram)
    let direction = try leading.vectors.times(geometry.centred).elements
    let length = dotProduct(direction, direction).squareRoot()
    component = length > 0 ? direction.map { $0 / length } : direction
  }

  /// Roles and axis of `geometry` as far apart as they are without `errors`; nil where they are not longer than these.
  private static func freed(_ geometry: RoleGeometry, _ errors: QuestionErrors) throws -> RoleGeometry? {
    let (count, d) = (geometry.count + 1, geometry.axis.count)
    let measured = Matrix(rows: count, columns: d, elements: geometry.centred.elements + geometry.axis)
    let (own, noise) = (try measured.gramOfRows(), errors.expectedAboutMean)
    let freed = Matrix(rows: count, columns: count, elements: difference(own.elements, noise.elements))
    guard freed[count - 1, count - 1] > 0 else { return nil }
    let trace = (0..<count).reduce(0) { $0 + freed[$1, $1] }
    let (kept, all) = (try SymmetricEigensystem(of: freed), try SymmetricEigensystem(of: own))
    guard trace - freed[count - 1, count - 1] > 0, let largest = all.values.max() else { return nil }
    let values = nearest(kept.values, sum: trace)
    // M^½ G^−½ of the products M as they are to be and G as they were measured.
    var (root, inverse) = (kept.vectors, all.vectors)
    let floor = eigenvalueFloor(largest: largest, order: count)
    for k in 0..<count {
      root.scaleRow(k, by: values[k].squareRoot())
      inverse.scaleRow(k, by: all.values[k] > floor ? 1 / all.values[k].squareRoot() : 0)
    }
    let mix = try kept.vectors.transposed().times(root).times(all.vectors.transposed()).times(inverse)
    let vectors = try mix.times(measured)
    let roles = Matrix(rows: count - 1, columns: d, elements: Array(vectors.elements.prefix((count - 1) * d)))
    // The weights of a mixed role add up to 0 as those of a centred one do: but for rounding, the mean is 0.
    let mean = roles.columnMeans()
    return try RoleGeometry(
      roles: roles, mean: mean, assistant: zip(mean, vectors.row(count - 1)).map { $0 + $1 }, needsGram: true)
  }

  /// The values that are not negative, of sum `sum`, nearest to `values` (Duchi et al., International Conference on Machine Learning
  /// 2008).
  package static func nearest(_ values: [Double], sum: Double) -> [Double] {
    var (total, threshold) = (0.0, 0.0)
    for (place, value) in values.sorted(by: >).enumerated() {
      total += value
      let next = (total - sum) / Double(place + 1)
      if value > next { threshold = next }
    }
    return values.map { max($0 - threshold, 0) }
  }

  /// What each of `NoiseCeiling.measures` is of two measurements of the model with errors such as it was measured with.
  ///
  /// - Throws: `SpaceFault` or `LinearAlgebraError`.
  func values(_ draw: Int) throws -> [Double] {
    let (count, d) = (geometry.count, geometry.axis.count)
    let spaces = try (0..<2).map { side -> ComparedSpace in
      let (moved, shift) = try errors.errors(Self.first + 2 * draw + side)
      let roles = zip(geometry.centred.elements, moved.elements).map { $0 + $1 }
      return try ComparedSpace(
        roles: Matrix(rows: count, columns: d, elements: roles),
        assistant: zip(geometry.axis, shift).map { $0 + $1 }
      )
    }
    return try SpaceComparison(spaces[0], spaces[1], sharedDimensions: true).values
  }
}
