internal import Dumps
internal import PersonaSpace

extension FitRun {
  /// The fits of layers with what resampling says of them: the chunks of all layers are shared out to tasks.
  func resample(_ fits: [(LayerItem, LayerSpace)], _ responses: AssistantResponses?) async throws -> [LayerSpace] {
    let layers = try await concurrentMap(fits, threads: options.threads) { [options] item, space in
      let assistants = try responses?.resampled(
        row: item.row, layer: item.layer, factors: space.factors, replicates: options.replicates, seed: options.seed)
      return try LayerResampling(
        of: space, roles: item.roles, replicates: options.replicates, seed: options.seed, layer: item.layer,
        assistants: assistants)
    }
    let chunks = layers.enumerated().flatMap { index, layer in layer.chunks.map { (index, $0) } }
    let values = try await concurrentMap(chunks, threads: options.threads) { index, chunk in
      try layers[index].values(of: chunk)
    }
    return try await concurrentMap(Array(layers.indices), threads: options.threads) { index in
      let own = zip(chunks, values).filter { $0.0.0 == index }.map(\.1)
      return fits[index].1.with(layers[index].uncertainty(joining: own))
    }
  }
}
