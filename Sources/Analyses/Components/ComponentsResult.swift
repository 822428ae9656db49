/// What came of it.
public struct ComponentsResult: Sendable {
  /// The components of a layer.
  public struct Layer: Sendable {
    /// The layer.
    public let layer: Int
    /// The rows that went in, and those that were left out.
    public let rows, skipped: Int
    /// The dimensions.
    public let hiddenSize: Int
    /// The variance along each, over rows − 1, and the residual of each.
    public let variances, residuals: [Double]
    /// The sum of the variances of all dimensions.
    public let totalVariance: Double
    /// How they were found, and in how many passes.
    public let solver: ComponentSolver
    /// The passes over the rows.
    public let passes: Int
  }

  /// Layer by layer.
  public let layers: [Layer]
  /// The components that were wanted; a layer may have fewer.
  public let wanted: Int
  /// Why the way was chosen; empty where it was asked for.
  public let reason: String

  init(_ layers: [LayerComponents], wanted: Int, reason: String) {
    self.layers = layers.map {
      Layer(
        layer: $0.layer, rows: $0.rows, skipped: $0.skipped, hiddenSize: $0.mean.count, variances: $0.variances,
        residuals: $0.residuals, totalVariance: $0.totalVariance, solver: $0.solver, passes: $0.passes)
    }
    (self.wanted, self.reason) = (wanted, reason)
  }
}

/// What came of a part.
public struct PartResult: Sendable {
  /// The part, and the name of its file.
  public let part: WorkPart
  /// The name of its file.
  public let file: String
  /// The layers that it has shards of.
  public let layers: [Int]
  /// The rows summed, over layers.
  public let rows: Int
}
