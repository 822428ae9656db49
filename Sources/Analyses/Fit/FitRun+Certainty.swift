internal import Dumps
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

extension FitRun {
  /// A layer that is fitted, with what resampling needs of it.
  private struct FittedLayer: Sendable {
    let layer: Int
    let space: LayerSpace
    let geometry: RoleGeometry
    let parallel: ParallelAnalysis
    /// The roles' coordinates on the first component.
    let scores: [Double]
    let assistants: ResampledAssistant?

    init(_ item: LayerItem, _ space: LayerSpace, _ responses: AssistantResponses?, _ options: FitOptions) throws {
      (layer, self.space) = (item.layer, space)
      assistants = try responses?.resampled(
        row: item.row, layer: item.layer, factors: space.factors, replicates: options.replicates, seed: options.seed)
      geometry = try RoleGeometry(
        roles: item.roles.scalingColumns(by: space.factors), mean: space.components.mean,
        assistant: space.assistant?.axis.assistant)
      parallel = try ParallelAnalysis(
        centred: geometry.centred, variance: space.components.variance, seed: options.seed, layer: layer)
      scores = (0..<item.roles.rows).map { space.components.scores[$0, 0] }
    }
  }

  /// The fits of `layers` with their certainty: samples are shared out to tasks in fixed chunks.
  func assess(_ fits: [(LayerItem, LayerSpace)], _ responses: AssistantResponses?) async throws -> [LayerSpace] {
    let seed = options.seed
    let layers = try await concurrentMap(fits, threads: options.threads) { [options] item, space in
      try FittedLayer(item, space, responses, options)
    }
    let samples = layers.map { layer in
      layer.geometry.count < LayerCertainty.leastRoles
        ? nil : Resamples(of: layer.geometry.count, count: options.replicates, seed: options.seed, purpose: .roles)
    }
    let pieces = layers.indices.flatMap { index in
      (samples[index]?.chunks() ?? []).map { Piece(index: index, range: $0, kind: .replicates) }
        + (layers[index].space.assistant == nil
          ? []
          : Resamples.chunks(of: layers[index].geometry.count).map { Piece(index: index, range: $0, kind: .otherRoles) })
    }
    let parts = try await concurrentMap(pieces, threads: options.threads) { piece -> Part in
      let layer = layers[piece.index]
      switch (piece.kind, samples[piece.index]) {
      case (.replicates, let samples?):
        return .replicates(
          try AxisReplicate.replicates(
            piece.range, of: samples, layer.geometry, scores: layer.scores,
            assistants: try layer.assistants?.shifts(piece.range)))
      default:
        return .otherRoles(try AxisNulls.otherRoles(piece.range, layer.geometry, scores: layer.scores))
      }
    }
    var (replicates, others) = (
      [[AxisReplicate]](repeating: [], count: layers.count), [[Double]](repeating: [], count: layers.count)
    )
    for (piece, part) in zip(pieces, parts) {
      switch part {
      case .replicates(let some): replicates[piece.index] += some
      case .otherRoles(let some): others[piece.index] += some
      }
    }
    return try await concurrentMap(Array(layers.indices), threads: options.threads) { [replicates, others] index in
      let layer = layers[index]
      return layer.space.with(
        LayerCertainty(
          of: layer.space, layer.geometry, parallel: layer.parallel, replicates: replicates[index],
          others: others[index], seed: seed, layer: layer.layer, assistantSamples: layer.assistants?.count))
    }
  }

  private struct Piece: Sendable {
    let index: Int
    let range: Range<Int>
    let kind: Kind

    enum Kind { case replicates, otherRoles }
  }

  private enum Part: Sendable {
    case replicates([AxisReplicate])
    case otherRoles([Double])
  }
}
