/// One-way random effects: how much a readout differs between personas, and how much within one
/// (Searle, Casella & McCulloch, Variance Components, 1992, section 3.6: the method of moments for unequal groups).
///
/// A readout is a number, or a vector, whose sums of squares are then sums over its dimensions.
public struct VarianceComponents: Sendable {
  /// The mean squares between and within personas.
  public let meanSquareBetween, meanSquareWithin: Double
  /// The size that groups of equal size would have: (N − Σ nᵢ² / N) / (k − 1).
  public let effectiveSize: Double

  /// Of `sizes.count` personas.
  ///
  /// - Parameters:
  ///   - sizes: the number of responses of each persona.
  ///   - between: Σ nᵢ |mᵢ − grand mean|².
  ///   - within: Σ |h − mᵢ|².
  public init(sizes: [Double], between: Double, within: Double) {
    var (total, squares) = (0.0, 0.0)
    for size in sizes {
      total += size
      squares += size * size
    }
    self.init(count: Double(sizes.count), total: total, squares: squares, between: between, within: within)
  }

  /// Of `count` personas with `total` responses, whose numbers squared sum to `squares`.
  init(count: Double, total: Double, squares: Double, between: Double, within: Double) {
    meanSquareBetween = between / (count - 1)
    meanSquareWithin = within / (total - count)
    effectiveSize = (total - squares / total) / (count - 1)
  }

  /// The variance between personas; negative where they differ less than chance has it.
  public var between: Double { (meanSquareBetween - meanSquareWithin) / effectiveSize }

  /// The variance within a persona.
  public var within: Double { meanSquareWithin }

  /// The intraclass correlation, between / (between + within) with a negative `between` taken for 0; NaN if nothing varies.
  public var intraclassCorrelation: Double {
    let positive = max(between, 0)
    return positive + within > 0 ? positive / (positive + within) : .nan
  }

  /// within / between: at least 1 where runs vary as much as personas; infinite where personas do not differ.
  public var instabilityRatio: Double { between > 0 ? within / between : .infinity }

  /// The ratio of the mean squares; NaN if nothing varies within.
  public var f: Double { within > 0 ? meanSquareBetween / meanSquareWithin : .nan }
}
