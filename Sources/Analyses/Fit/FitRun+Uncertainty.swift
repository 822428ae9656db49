internal import Dumps
internal import LinearAlgebra
internal import PersonaSpace

extension FitRun {
  /// The fits of layers with what resampling says of them: the chunks of all layers are shared out to tasks.
  func resample(
    _ fits: [(LayerItem, LayerSpace)], _ plan: FitPlan, _ groups: RoleGroups?
  ) async throws -> [LayerSpace] {
    guard let measured = plan.measured else { return try await resample(fits, plan.responses, groups) { _ in nil } }
    var resampled: [LayerSpace] = []
    for group in measured.groups(of: fits.map(\.0.row)) {
      let own = Array(fits[group])
      let errors = try await questionErrors(own, measured)
      resampled += try await resample(own, nil, groups) { errors[$0] }
    }
    return resampled
  }

  /// The errors with which the roles of some layers are measured, whose rows follow each other in the files.
  private func questionErrors(
    _ fits: [(LayerItem, LayerSpace)], _ measured: MeasuredResponses
  ) async throws -> [QuestionErrors] {
    let first = measured.fileRows[fits[0].0.row]
    let all = measured.roles + [measured.assistant].compactMap(\.self)
    let answers = try await concurrentMap(all, threads: options.threads) { try $0.means(first..<first + fits.count) }
    return try await concurrentMap(Array(fits.indices), threads: options.threads) { [options] index in
      var own = answers.map { $0[index] }
      if let adjustment = measured.adjustment {
        let effects = try adjustment.effects.effects(layer: fits[index].0.row)
        own = try own.enumerated().map { try adjustment.freed($1, of: $0, effects) }
      }
      return try QuestionErrors(
        roles: Array(own.prefix(measured.roles.count)),
        assistant: measured.assistant == nil ? nil : own[measured.roles.count], factors: fits[index].1.factors,
        coupling: measured.adjustment?.coupling, seed: options.seed)
    }
  }

  private func resample(
    _ fits: [(LayerItem, LayerSpace)], _ responses: AssistantResponses?, _ groups: RoleGroups?,
    errors: @escaping @Sendable (Int) -> QuestionErrors?
  ) async throws -> [LayerSpace] {
    let layers = try await concurrentMap(Array(fits.indices), threads: options.threads) { [options] index in
      let (item, space) = fits[index]
      let assistants = try responses?.resampled(
        row: item.row, layer: item.layer, factors: space.factors, replicates: options.replicates, seed: options.seed)
      return try LayerResampling(
        of: space, roles: item.roles, replicates: options.replicates, seed: options.seed, layer: item.layer,
        assistants: assistants, errors: errors(index), groups: groups, splitsHalves: options.splitsHalves)
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
