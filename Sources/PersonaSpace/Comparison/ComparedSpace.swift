public import LinearAlgebra
internal import Statistics

/// The persona space of one model at one layer, fitted to the roles that it has in common with another, with the inner products
/// from which resampled fits are had without going back to the vectors.
public struct ComparedSpace: Sendable {
  /// The axis position of each role; shape (R).
  public let positions: [Double]
  let components: PrincipalComponents
  /// The axis.
  package let axis: AssistantAxis
  private let geometry: RoleGeometry
  /// The inner products of the centred roles; shape (R, R).
  let gram: Matrix
  /// The cosine of each centred role with each of the first components, one list a component.
  let loadings: [[Double]]

  /// The components that are matched between models.
  static let matched = 5

  /// Fits the space of `roles`, shape (R, d), the default excluded, and the default Assistant's vector, shape (d).
  ///
  /// - Throws: `SpaceFault` or `LinearAlgebraError`.
  /// - Complexity: O(R² d + R³).
  public init(roles: Matrix, assistant: [Double]) throws {
    components = try PrincipalComponents(of: roles, keeping: roles.rows, orientedBy: assistant)
    axis = try AssistantAxis(assistant: assistant, roleMean: components.mean)
    let geometry = try RoleGeometry(roles: roles, mean: components.mean, assistant: assistant, needsGram: true)
    guard let gram = geometry.gram else { preconditionFailure("the inner products were asked for") }
    (self.geometry, self.gram) = (geometry, gram)
    var isKept = zip(assistant, components.mean).map { $0 != 0 || $1 != 0 }
    for row in 0..<roles.rows {
      for (j, value) in roles.row(row).enumerated() where value != 0 { isKept[j] = true }
    }
    self.isKept = isKept
    positions = geometry.axisProducts.map { $0 / geometry.axisSquare }
    let (scores, lengths) = (
      components.scores, (0..<roles.rows).map { euclideanNorm(Array(geometry.centred.row($0))) }
    )
    loadings = (0..<min(Self.matched, scores.columns)).map { j in
      lengths.indices.map { scores[$0, j] / lengths[$0] }
    }
  }

  /// Whether anything has a value in each dimension; where not, it was dropped, and no direction has a part in it.
  let isKept: [Bool]

  /// The roles less their mean; shape (R, d).
  var centred: Matrix { geometry.centred }
  /// The inner product of each centred role with the axis; shape (R).
  var axisProducts: [Double] { geometry.axisProducts }
  /// The squared length of the axis.
  var axisSquare: Double { geometry.axisSquare }
  /// The number of roles.
  var count: Int { geometry.count }
}
