internal import Dumps
internal import Files
internal import Statistics
internal import TensorFiles

extension FitRun {
  /// The means of responses that a fit takes for role vectors.
  struct Averaged: Sendable {
    let means: AveragedResponses
    let sources: RoleSources
    let inputs: [InputDigest]

    /// The responses behind each vector.
    var counts: [String: Int] {
      Dictionary(means.all.filter(\.isUsed).map { ($0.role, $0.counts.kept) }) { first, _ in first }
    }
  }

  /// How responses are averaged: as asked for, in the layers and for the Assistant of the fit.
  var responseOptions: VectorsOptions {
    var own = options.responses ?? VectorsOptions()
    (own.settings, own.rowLayers, own.assistantName) = (options.settings, options.rowLayers, options.assistantName)
    own.axes = options.axes ?? own.axes
    return own
  }

  /// Averages the responses of the dump, and writes the vectors and the counts to `output` as well.
  func average(_ manifest: Manifest, _ labels: RoleTable, into output: OutputFolder) async throws -> Averaged {
    guard fileKind(path) == .folder else {
      throw FileError(path: path, fault: ResponseFault.noActivations(found: [resolvedName(path)]))
    }
    let settings = responseOptions
    let means = try await ResponseMeans(path: path, manifest: manifest, options: settings, log: log)
      .run(besides: "\(output.path)/\(Self.responseOutputs[0])") { try requireMemory(roles: $0, hiddenSize: $1) }
    if !means.leftOut.isEmpty {
      log.note(
        "left out, with fewer than \(means.minimum) responses: \(listed(means.leftOut.map(\.role), most: 20))")
    }
    guard means.roles.count >= 2 else {
      throw FileError(
        path: path,
        fault: VectorsFault.tooFewRoles(
          left: means.roles.count, needed: 2, minimum: means.minimum, leftOut: means.leftOut.map(\.role)))
    }
    let beside = try means.shape.assistantVector(
      besides: path, isUsed: means.assistant == nil, settings, log)
    if let beside {
      // As a part, so that it has the layers of the others; nothing is known within it.
      let mean = RoleJob.Mean(
        vector: beside.values, sumsOfSquares: [Double](repeating: 0, count: means.layers.count), digests: [])
      _ = try means.parts.write(mean, of: settings.assistantName)
    }
    let sources = RoleSources(
      averaged: means.roles.map { means.source(ofRole: $0.role) },
      assistant: means.assistant != nil || beside != nil ? means.parts.source(ofRole: settings.assistantName) : nil)
    try means.write(
      to: output, as: Self.responseOutputs[0], type: .float64, VectorsDescription(manifest, labels, settings),
      assistant: beside?.values)
    let besides = try await digests(of: [beside?.path].compactMap(\.self), relativeTo: path, threads: 1)
    return Averaged(means: means, sources: sources, inputs: means.inputs + besides)
  }
}
