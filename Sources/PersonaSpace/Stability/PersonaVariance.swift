public import LinearAlgebra
public import Statistics

/// Where the variance of one readout of a layer sits, and whether runs vary as much as personas.
public struct PersonaVariance: Sendable {
  /// The one-way components between and within personas.
  public let components: VarianceComponents
  /// Of the intraclass correlation; nil if there are fewer than `leastPersonas`, or no replicates.
  public let interval: Interval?
  /// The share of the replicates in which responses vary within a persona as much as personas do.
  public let ratioShare: Double?
  /// How often personas differ so much when prompts are shuffled among them; nil if nothing could be shuffled.
  public let probability: Double?
  /// The share of each source in the variance, negative ones taken for 0; nil if the design does not tell them apart, or nothing
  /// varies.
  public let shares: [ResponseDesign.Source: Double]?
  /// Whether prompts asked a question more than once: without, nothing is told of runs.
  public let hasRuns: Bool

  /// Fewer personas say nothing of how much personas differ.
  public static let leastPersonas = Interval.leastClusters

  /// Of `spread`.
  ///
  /// The interval is a bootstrap over personas, symmetric on the scale of ln F, with the correlation (F − 1) / (F − 1 + n₀).
  ///
  /// - Parameters:
  ///   - weights: how often each persona is in each bootstrap sample, shape (B, personas).
  ///   - sums: the sums of squares by source.
  /// - Throws: `LinearAlgebraError`.
  public init(
    _ spread: PersonaSpread, weights: Matrix?, design: ResponseDesign, sums: ResponseDesign.SumsOfSquares,
    shuffled: PersonaShuffle.Outcome?
  ) throws {
    let components = spread.components()
    (self.components, hasRuns) = (components, design.hasRuns)
    let isVarying = !components.intraclassCorrelation.isNaN
    probability = isVarying ? shuffled?.probability : nil
    if let weights, spread.sizes.count >= Self.leastPersonas, components.f.isFinite {
      let drawn = (0..<weights.rows).map { spread.components(weights: Array(weights.row($0))) }
      let size = components.effectiveSize
      // F determines the correlation, and unlike it does not end where personas do not differ.
      interval = Interval(
        symmetricAbout: components.f, of: drawn.map(\.f), on: .logarithm, clusters: spread.sizes.count
      ).map { ratio in
        func correlation(_ f: Double) -> Double { max(f - 1, 0) / (max(f - 1, 0) + size) }
        return Interval(low: correlation(ratio.low), high: correlation(ratio.high))
      }
      let ratios = drawn.map(\.instabilityRatio).filter { !$0.isNaN }
      ratioShare = ratios.isEmpty ? nil : Double(ratios.count { $0 >= 1 }) / Double(ratios.count)
    } else {
      (interval, ratioShare) = (nil, nil)
    }
    let variances = try design.variances(of: sums)?.map { max($0, 0) }
    let total = variances?.reduce(0, +) ?? 0
    shares =
      total > 0 && isVarying
      ? variances.map { Dictionary(uniqueKeysWithValues: zip(design.sources, $0.map { $0 / total })) } : nil
  }

  /// Whether runs vary as much as personas: the instability ratio is at least 1. Nil if nothing varies, or there are no runs.
  public var runsVaryAsMuch: Bool? {
    !hasRuns || components.intraclassCorrelation.isNaN ? nil : components.instabilityRatio >= 1
  }

  /// Of the instability ratio: what the intraclass correlation r has, as (1 − r) / r. The upper end is infinite where
  /// personas may not differ.
  public var ratioInterval: Interval? {
    interval.map {
      Interval(low: (1 - $0.high) / $0.high, high: $0.low > 1e-12 ? (1 - $0.low) / $0.low : .infinity)
    }
  }

  /// Whether the whole interval of the instability ratio is on the side of 1 that `runsVaryAsMuch` says; false without one.
  public var isSettled: Bool {
    guard let runsVaryAsMuch, let ratioInterval else { return false }
    return runsVaryAsMuch ? ratioInterval.low >= 1 : ratioInterval.high < 1
  }
}
