public import LinearAlgebra
internal import Statistics

/// What resampling and nulls say of the fit of a layer.
public struct LayerCertainty: Sendable {
  /// The bootstrap; nil where there are fewer than `leastRoles`.
  public let bootstrap: AxisCertainty?
  /// The components above chance.
  public let parallel: ParallelAnalysis
  /// What cos(axis, PC1) would be of other directions; none without an axis.
  public let nulls: [AxisNulls.Null]
  /// The angle in degrees by which the axis turns without each role; empty without an axis.
  public let influence: [Double]
  /// The things resampled behind the default: questions or responses; nil if it is one vector, of which nothing is known.
  public let assistantSamples: Int?

  /// Fewer roles give samples that are mostly copies of one another.
  public static let leastRoles = 5

  /// Gathers what was computed of a layer, by parts that can be computed side by side.
  ///
  /// - Parameters:
  ///   - replicates: the bootstrap, in the order of the samples.
  ///   - others: `AxisNulls.otherRoles` of every role; not used without an axis.
  public init(
    of space: LayerSpace, _ geometry: RoleGeometry, parallel: ParallelAnalysis, replicates: [AxisReplicate],
    others: [Double], seed: UInt64, layer: Int, assistantSamples: Int? = nil
  ) {
    bootstrap =
      replicates.isEmpty
      ? nil
      : AxisCertainty(
        replicates, cosine: space.assistant?.componentCosines[0] ?? .nan,
        varianceRatio: space.components.varianceRatio[0],
        positions: space.assistant?.roles.map(\.position)
          ?? [Double](repeating: .nan, count: geometry.count))
    nulls = AxisNulls(space, geometry, others: others, seed: seed, layer: layer)?.nulls ?? []
    influence = space.assistant == nil ? [] : AxisNulls.influence(geometry)
    (self.parallel, self.assistantSamples) = (parallel, assistantSamples)
  }

  /// Computes all of it, one part after the other: `replicates` bootstrap samples of `roles`, shape (R, d).
  ///
  /// - Throws: `LinearAlgebraError`.
  public init(
    of space: LayerSpace, roles: Matrix, replicates: Int, seed: UInt64, layer: Int,
    assistants: ResampledAssistant? = nil
  ) throws {
    let geometry = try RoleGeometry(
      roles: roles, mean: space.components.mean, assistant: space.assistant?.axis.assistant)
    let scores = (0..<roles.rows).map { space.components.scores[$0, 0] }
    let samples = Resamples(of: roles.rows, count: replicates, seed: seed, purpose: .roles)
    let all =
      roles.rows < Self.leastRoles
      ? []
      : try samples.chunks().flatMap {
        try AxisReplicate.replicates($0, of: samples, geometry, scores: scores, assistants: assistants?.shifts($0))
      }
    let others =
      space.assistant == nil
      ? []
      : try Resamples.chunks(of: roles.rows).flatMap {
        try AxisNulls.otherRoles($0, geometry, scores: scores)
      }
    let parallel = try ParallelAnalysis(
      centred: geometry.centred, variance: space.components.variance, seed: seed, layer: layer)
    self.init(
      of: space, geometry, parallel: parallel, replicates: all, others: others, seed: seed, layer: layer,
      assistantSamples: assistants?.count)
  }
}
