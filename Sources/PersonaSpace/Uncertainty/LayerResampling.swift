public import LinearAlgebra
internal import Statistics

/// The resampling of a layer that is fitted, in chunks that can be computed side by side and in any order: each chunk's values
/// depend on the chunk alone, and what is joined from them on nothing else.
///
///     let resampling = try LayerResampling(of: space, roles: roles, replicates: 1000, seed: 0, layer: 12)
///     let uncertainty = resampling.uncertainty(joining: try resampling.chunks.map(resampling.values))
public struct LayerResampling: Sendable {
  /// Some of the bootstrap samples, or some of the roles that take the place of the default.
  public enum Chunk: Sendable, Equatable {
    /// Bootstrap samples, by number.
    case samples(Range<Int>)
    /// Roles, by row.
    case otherRoles(Range<Int>)
  }

  /// What a chunk comes to.
  public enum Values: Sendable {
    /// A replicate for each sample.
    case replicates([AxisReplicate])
    /// |cos(direction to the role, PC1 of the rest)| for each role; NaN where there is none.
    case otherRoles([Double])
  }

  private let space: LayerSpace
  private let geometry: RoleGeometry
  private let parallel: ParallelAnalysis
  /// The roles' coordinates on the first component of all; shape (R).
  private let scores: [Double]
  /// The samples of roles; nil of too few.
  private let samples: Resamples?
  private let assistants: ResampledAssistant?
  private let errors: QuestionErrors?
  private let measured: MeasuredAxis?
  private let seed: UInt64
  private let layer: Int

  /// Prepares `replicates` bootstrap samples of the roles that `space` is fitted to.
  ///
  /// - Parameters:
  ///   - roles: the role vectors as `space` was given them, before scaling; shape (R, d).
  ///   - layer: its number, by which draws of layers differ.
  ///   - assistants: samples of what is behind the default, of scaled activations; nil for a default that stays as it is.
  ///   - errors: the error with which roles and default are measured, if it is known; they take the place of `assistants`.
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(19 R² d), of the parallel analysis.
  public init(
    of space: LayerSpace, roles: Matrix, replicates: Int, seed: UInt64, layer: Int,
    assistants: ResampledAssistant? = nil, errors: QuestionErrors? = nil
  ) throws {
    geometry = try space.geometry(of: roles)
    parallel = try ParallelAnalysis(
      centred: geometry.centred, variance: space.components.variance, seed: seed, layer: layer)
    scores = (0..<roles.rows).map { space.components.scores[$0, 0] }
    samples =
      roles.rows < LayerUncertainty.leastRoles
      ? nil : Resamples(of: roles.rows, count: replicates, seed: seed, purpose: .roles)
    let errors = samples == nil || space.assistant == nil ? nil : errors
    measured = try errors.map { [geometry, scores] in try MeasuredAxis(geometry, $0, scores: scores) }
    self.errors = errors
    (self.space, self.assistants, self.seed, self.layer) = (space, assistants, seed, layer)
  }

  /// The chunks: of fixed length, so that results do not depend on how they are shared out.
  public var chunks: [Chunk] {
    (samples?.chunks() ?? []).map { .samples($0) }
      + (space.assistant == nil ? [] : Resamples.chunks(of: geometry.count).map { .otherRoles($0) })
  }

  /// Computes a chunk.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func values(of chunk: Chunk) throws -> Values {
    switch chunk {
    case .samples(let range):
      guard let samples else { preconditionFailure("samples of too few roles") }
      if let errors, let measured {
        let component = Array(space.components.directions.row(0))
        return .replicates(
          try AxisReplicate.replicates(
            range, of: samples, geometry, component: component, errors: errors, about: measured))
      }
      return .replicates(
        try AxisReplicate.replicates(
          range, of: samples, geometry, scores: scores, assistants: try assistants?.shifts(range)))
    case .otherRoles(let range):
      return .otherRoles(try AxisNulls.otherRoles(range, geometry, scores: scores))
    }
  }

  /// What the values of all chunks, in the order of `chunks`, say together.
  public func uncertainty(joining values: [Values]) -> LayerUncertainty {
    var (replicates, others) = ([AxisReplicate](), [Double]())
    for value in values {
      switch value {
      case .replicates(let some): replicates += some
      case .otherRoles(let some): others += some
      }
    }
    let fit = space.assistant
    let bootstrap =
      replicates.isEmpty
      ? nil
      : AxisUncertainty(
        replicates, cosine: fit?.componentCosines[0] ?? .nan, varianceRatio: space.components.varianceRatio[0],
        positions: fit?.roles.map(\.position) ?? [Double](repeating: .nan, count: geometry.count), measured: measured)
    return LayerUncertainty(
      bootstrap: bootstrap, parallel: parallel,
      nulls: AxisNulls(space, geometry, others: others, seed: seed, layer: layer)?.nulls ?? [],
      influence: fit == nil ? [] : AxisNulls.influence(geometry),
      assistantSamples: errors.map(\.assistantClusters) ?? assistants?.count)
  }
}

extension LayerSpace {
  /// The inner products of the `roles` that the space is fitted to, as it was given them, before scaling; shape (R, d).
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func geometry(of roles: Matrix) throws -> RoleGeometry {
    try RoleGeometry(
      roles: roles.scalingColumns(by: factors), mean: components.mean, assistant: assistant?.axis.assistant)
  }
}
