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
    /// Halves of the roles, by number.
    case roleHalves(Range<Int>)
    /// Pairs of measurements of the model, by number.
    case repeats(Range<Int>)
    /// Pairs of halves of the questions, by number.
    case splitHalves(Range<Int>)
    /// Bootstrap samples of whole groups of roles, by number.
    case groupSamples(Range<Int>)
    /// Draws of the questions, with each of which a few samples of roles are taken without each group.
    case withoutGroups(Range<Int>)
  }

  /// What a chunk comes to.
  public enum Values: Sendable {
    /// A replicate for each sample.
    case replicates([AxisReplicate])
    /// |cos(direction to the role, PC1 of the rest)| for each role; NaN where there is none.
    case otherRoles([Double])
    /// |cos(axis of one half, PC1 of the other)|, both ways of each halving.
    case roleHalves([Double])
    /// Each of `NoiseCeiling.measures` of each pair of measurements.
    case repeats([[Double]])
    /// Each of `SplitHalf.values` of each pair of halves.
    case splitHalves([[Double]])
    /// A replicate for each sample of groups.
    case groupReplicates([AxisReplicate])
    /// The replicates without each group.
    case withoutGroups([[AxisReplicate]])
  }

  private let space: LayerSpace
  private let geometry: RoleGeometry
  private let parallel: ParallelAnalysis
  /// The roles' coordinates on the first component of all; shape (R).
  private let scores: [Double]
  /// The samples of roles; nil of too few.
  private let samples: Resamples?
  private let grouping: GroupResampling?
  private let halves: RoleHalves.Division?
  private let assistants: ResampledAssistant?
  private let measured: MeasuredAxis?
  private let measurement: MeasurementErrors?
  /// What measurements are drawn about, and its axis; nil where the errors are not known.
  private let model: MeasuredModel?
  private let origin: MeasuredAxis?
  /// The same, if pairs of measurements of it are drawn.
  private let ceilings: MeasuredModel?
  private let splitsHalves: Bool
  private let seed: UInt64
  private let layer: Int

  /// Prepares `replicates` bootstrap samples of the roles that `space` is fitted to.
  ///
  /// - Parameters:
  ///   - roles: the role vectors as `space` was given them, before scaling; shape (R, d).
  ///   - layer: its number, by which draws of layers differ.
  ///   - assistants: samples of what is behind the default, of scaled activations; nil for a default that stays as it is.
  ///   - errors: the error with which roles and default are measured, if it is known; they take the place of `assistants`.
  ///   - groups: the groups that the roles come in; nil if they are independent.
  ///   - splitsHalves: whether halves of the questions are drawn, too.
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(19 R² d), of the parallel analysis.
  public init(
    of space: LayerSpace, roles: Matrix, replicates: Int, seed: UInt64, layer: Int,
    assistants: ResampledAssistant? = nil, errors: QuestionErrors? = nil, groups: RoleGroups? = nil,
    splitsHalves: Bool = false
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
    measurement = try measured.flatMap { [geometry] in try errors?.measurement(geometry, $0) }
    let model = try errors.map { [geometry] in try MeasuredModel(geometry, $0) }
    origin = try model.map { try MeasuredAxis($0, scores: try $0.geometry.centred.times($0.component)) }
    self.splitsHalves = splitsHalves && model?.isFreed == true && measurement != nil
    ceilings = measurement == nil || model?.isFreed == false ? nil : model
    grouping =
      try space.assistant == nil
      ? nil
      : groups.map { [geometry] in try GroupResampling($0, geometry, model, replicates: replicates, seed: seed) }
    halves = space.assistant == nil ? nil : RoleHalves.Division(roles.rows, groups: groups, seed: seed)
    (self.space, self.assistants, self.model, self.seed, self.layer) = (space, assistants, model, seed, layer)
  }

  /// The chunks: of fixed length, so that results do not depend on how they are shared out.
  public var chunks: [Chunk] {
    var chunks: [Chunk] = (samples?.chunks() ?? []).map { .samples($0) }
    if space.assistant != nil { chunks += Resamples.chunks(of: geometry.count).map { .otherRoles($0) } }
    if halves != nil { chunks += Resamples.chunks(of: RoleHalves.draws).map { .roleHalves($0) } }
    if ceilings != nil { chunks += Resamples.chunks(of: NoiseCeiling.draws, length: 5).map { .repeats($0) } }
    if splitsHalves { chunks += Resamples.chunks(of: SplitHalfDraws.draws, length: 5).map { .splitHalves($0) } }
    chunks += (grouping?.samples?.chunks() ?? []).map { .groupSamples($0) }
    chunks += (grouping?.chunks ?? []).map { .withoutGroups($0) }
    return chunks
  }

  /// Computes a chunk.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func values(of chunk: Chunk) throws -> Values {
    switch chunk {
    case .samples(let range):
      guard let samples else { preconditionFailure("samples of too few roles") }
      return .replicates(try replicates(range, of: samples))
    case .groupSamples(let range):
      guard let samples = grouping?.samples else { preconditionFailure("samples of too few groups") }
      return .groupReplicates(try replicates(range, of: samples))
    case .withoutGroups(let range):
      guard let grouping else { preconditionFailure("roles without groups") }
      return .withoutGroups(try grouping.replicates(range, model, assistants))
    case .otherRoles(let range):
      return .otherRoles(try AxisNulls.otherRoles(range, geometry, scores: scores))
    case .roleHalves(let range):
      guard let halves else { preconditionFailure("halves of too few roles") }
      return .roleHalves(try halves.cosines(range, geometry, scores: scores))
    case .repeats(let range):
      guard let ceilings else { preconditionFailure("measurements of roles without answers") }
      return .repeats(try range.map(ceilings.values))
    case .splitHalves(let range):
      guard let model, let samples else { preconditionFailure("halves of roles without answers") }
      return .splitHalves(try range.flatMap { try SplitHalfDraws.values($0, of: samples, model) })
    }
  }

  private func replicates(_ range: Range<Int>, of samples: Resamples) throws -> [AxisReplicate] {
    if let model, let origin { return try AxisReplicate.replicates(range, of: samples, model, about: origin) }
    return try AxisReplicate.replicates(
      range, of: samples, geometry, scores: scores, assistants: try assistants?.shifts(range))
  }

  /// What the values of all chunks, in the order of `chunks`, say together.
  public func uncertainty(joining values: [Values]) -> LayerUncertainty {
    var (replicates, others, ofHalves, repeats) = ([AxisReplicate](), [Double](), [Double](), [[Double]]())
    var halfDraws: [[Double]] = []
    var (ofGroups, without) = ([AxisReplicate](), [GroupResampling.WithoutGroups]())
    for value in values {
      switch value {
      case .replicates(let some): replicates += some
      case .otherRoles(let some): others += some
      case .roleHalves(let some): ofHalves += some
      case .repeats(let some): repeats += some
      case .splitHalves(let some): halfDraws += some
      case .groupReplicates(let some): ofGroups += some
      case .withoutGroups(let some): without.append(some)
      }
    }
    let fit = space.assistant
    let positions = fit?.roles.map(\.position) ?? [Double](repeating: .nan, count: geometry.count)
    func bootstrap(_ samples: [AxisReplicate], units: Int?) -> AxisUncertainty? {
      samples.isEmpty
        ? nil
        : AxisUncertainty(
          samples, cosine: fit?.componentCosines[0] ?? .nan, varianceRatio: space.components.varianceRatio[0],
          positions: positions, measured: measured, origin: origin, units: units)
    }
    return LayerUncertainty(
      bootstrap: bootstrap(replicates, units: nil), parallel: parallel,
      nulls: AxisNulls(space, geometry, others: others, seed: seed, layer: layer)?.nulls ?? [],
      influence: fit == nil ? [] : AxisNulls.influence(geometry),
      assistantSamples: model.map(\.errors.assistantClusters) ?? assistants?.count, errors: measurement,
      ceilings: measurement == nil ? [] : NoiseCeiling.all(repeats),
      roleHalves: halves.map { RoleHalves(ofHalves, keepsGroups: $0.keepsGroups) },
      splitHalves: halfDraws.isEmpty
        ? nil : SplitHalfDraws(halfDraws, roles: geometry.count, questions: measured?.questions ?? 0),
      groups: grouping.map { $0.influence(cosine: bootstrap(ofGroups, units: $0.groups.count)?.cosine, without) })
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
