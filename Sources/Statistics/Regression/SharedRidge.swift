/// The features of the rows that a regression learns from, in the form that takes less: what regressions on the same rows beside
/// different columns have in common.
public enum SharedRidge: Sendable {
  /// By products of features, for more rows than features.
  case ofColumns(RidgeColumns)
  /// By products of rows.
  case ofRows(RidgeRows)

  /// Of `rows` of `features`.
  ///
  /// - Parameters:
  ///   - groups: the group of each row of `features`.
  ///   - parts: sums over the rows, in parts; nil if they are to be made.
  ///   - seed: of which groups are left out, where not all are.
  /// - Throws: `LinearAlgebraError`.
  public init(
    _ features: FeatureRows, rows: [Int], groups: [Int], parts: [CrossProducts]? = nil, seed: UInt64
  ) throws {
    self =
      rows.count > features.columns
      ? .ofColumns(try RidgeColumns(features, rows: rows, groups: groups, parts: parts, seed: seed))
      : .ofRows(try RidgeRows(features, rows: rows, groups: groups, seed: seed))
  }
}
