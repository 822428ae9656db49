internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace

extension AnalyzeRun {
  /// How stability is measured: what the fit was told holds here as well.
  func stabilityOptions(_ fit: FitResult) -> StabilityOptions {
    var own = options.stability
    let responses = options.fit.responses ?? VectorsOptions()
    own.filter = responses.filter
    own.slot = responses.slot
    if let axes = options.fit.axes, !axes.isOfTurns { own.axes = axes }
    (own.rowLayers, own.assistantName) = (options.fit.rowLayers, options.fit.assistantName)
    own.settings = options.laterSettings
    own.isDumpOfSpace = true
    return own
  }

  /// Resistance and instability where the dump has responses, with what was read added to `inputs`.
  func stability(
    _ fit: FitResult, into output: OutputFolder, _ inputs: inout [InputDigest]
  ) async throws -> StabilityResult? {
    let folder = "\(path)/activations"
    guard let space = fit.space, try fileKind(folder) == .folder && !dumpFiles(in: folder).isEmpty else { return nil }
    let own = stabilityOptions(fit)
    let components = fit.spaces.map { layer in
      let directions = layer.components.directions
      return directions.selectingRows(Array(0..<min(own.components, directions.rows)))
    }
    let run = StabilityRun(space, components: components, spacePath: path, path, options: own, log: log)
    do {
      let result = try await run.run(into: output)
      // Beside vectors, a fit has read some of the answers: here all are read.
      let whole = Set(result.responses.map(\.path))
      if fit.adjustment == nil { inputs.removeAll { $0.xxh3 != nil && whole.contains($0.path) } }
      let known = Set(inputs.map(\.path))
      let others = try await digests(of: result.paths, relativeTo: path, threads: own.threads)
      inputs += (result.responses + others).filter { !known.contains($0.path) }
      return result
    } catch let error as FileError where Self.isOfAnotherKind(error) {
      // Vectors were fitted; responses that do not go with them must not cost what they gave.
      log.note("stability is left out: \(error)")
      return nil
    }
  }

  /// Whether responses are not such as stability can be measured of, rather than damaged.
  private static func isOfAnotherKind(_ error: FileError) -> Bool {
    switch error.fault {
    case StabilityFault.noPersonas, ResponseFault.noActivations, ResponseFault.slots, StabilityFault.hiddenSize: true
    case is LayerFault: true
    default: false
    }
  }

  /// How well positions are predicted where the dump has embeddings, with what was read added to `inputs`.
  func predict(
    _ tracks: DriftTracks, layer: Int, into output: OutputFolder, _ inputs: inout [InputDigest]
  ) async throws -> PredictResult? {
    let folder = "\(path)/embeddings"
    guard try fileKind(folder) == .folder && !dumpFiles(in: folder).isEmpty else { return nil }
    var own = PredictOptions()
    (own.settings, own.rowLayers, own.layer) = (options.laterSettings, options.turns.rowLayers, layer)
    let run = PredictRun(
      tracks: tracks.tracks, table: "\(output.path)/turns.csv", embeddings: folder, options: own, log: log)
    do {
      let result = try await run.run(into: output)
      let known = Set(inputs.map(\.path))
      inputs += try await digests(of: result.paths, relativeTo: path, threads: own.threads)
        .filter { !known.contains($0.path) }
      return result
    } catch let error as FileError {
      switch error.fault {
      case PredictionFault.tooFew, PredictionFault.constant, LayerFault.noEmbeddings:
        log.note("prediction is left out: \(error)")
        return nil
      default: throw error
      }
    }
  }
}
