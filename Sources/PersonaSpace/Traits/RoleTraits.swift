public import LinearAlgebra

/// Where the roles of a layer lie along its traits.
///
/// The cosine of the angle between a role less the mean role and a trait less the mean trait, which is what the two share with others
/// left out. Of fewer than `TraitReading.leastTraits` traits there is no mean to speak of: they are taken as they are. The default less
/// the mean role is the axis, so its cosines are those along the axis (`TraitReading.centredCosine`).
public struct RoleTraits: Sendable {
  /// The cosines: a row a role, and behind them one for the default where there is one; a column a trait. NaN where a role is the mean
  /// role, or a trait the mean trait.
  public let cosines: Matrix
}

extension LayerSpace {
  /// Where roles and default lie along `traits`, one vector a row, shape (T, d).
  ///
  /// - Parameter geometry: of the same roles.
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(R T d).
  public func roleTraits(_ traits: Matrix, _ geometry: RoleGeometry) throws -> RoleTraits {
    let traits = centred(traits)
    let places =
      assistant == nil
      ? geometry.centred
      : Matrix(
        rows: geometry.count + 1, columns: geometry.centred.columns,
        elements: geometry.centred.elements + geometry.axis)
    let products = try places.times(traits.transposed())
    func lengths(_ rows: Matrix) -> [Double] {
      (0..<rows.rows).map { dotProduct(rows.row($0), rows.row($0)).squareRoot() }
    }
    let (own, others) = (lengths(places), lengths(traits))
    let cosines = (0..<places.rows).flatMap { row in
      others.indices.map { products[row, $0] / (own[row] * others[$0]) }
    }
    return RoleTraits(cosines: Matrix(rows: places.rows, columns: others.count, elements: cosines))
  }

  /// `traits` in the dimensions of the space, less their mean; as they are if they are too few to have one.
  func centred(_ traits: Matrix) -> Matrix {
    let traits = traits.scalingColumns(by: factors)
    return traits.rows >= TraitReading.leastTraits ? traits.subtractingFromRows(traits.columnMeans()) : traits
  }
}
