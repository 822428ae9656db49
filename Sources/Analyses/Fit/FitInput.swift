internal import Dumps
internal import Files
internal import LinearAlgebra
internal import TensorFiles

/// What a fit reads, found and checked before a layer is fitted.
struct FitInput: Sendable {
  let manifest: Manifest
  /// The groups and levels of roles.
  let labels: RoleTable
  /// The means of responses that are taken for role vectors; nil where there are vectors.
  let averaged: FitRun.Averaged?
  let plan: FitPlan
  /// The layer number of each row of the dump.
  let rowLayers: [Int]
  /// The responses behind each vector, where they are known.
  let counts: [String: Int]
}

extension FitRun {
  /// Finds what is to be fitted; responses are averaged into `output`.
  ///
  /// - Throws: `FileError` for what is wrong with it.
  func input(into output: OutputFolder) async throws -> FitInput {
    let isFolder = fileKind(path) == .folder
    let recorded = try isFolder ? nil : recorded ?? RecordedVectors(at: path)
    let manifest = try recorded?.manifest ?? Manifest.read(inFolder: path)
    let labels = try recorded?.labels ?? RoleTable(inFolder: path)
    let averaged = try await averagesResponses ? average(manifest, labels, into: output) : nil
    var expected = ExpectedShape(manifest)
    if let given = options.rowLayers?.numbers { expected.layers = given.count }
    if let axes = options.axes, !axes.isOfTurns { expected.axes = axes }
    let vectors = try vectors(try sources(averaged, recorded, expected), expected, manifest, averaged?.means)
    let sources = vectors.sources
    let found = try averaged == nil ? rowLayers(vectors, manifest) : nil
    let rowLayers = averaged?.means.layers ?? found?.numbers ?? []
    noteNames(sources, labels)
    if let prompt = manifest.defaultSystemPrompt, !prompt.isEmpty, sources.assistant != nil {
      log.note(
        "the default answered under the chat template's own system prompt, \(listed([String(prompt.prefix(120))])), as manifest.json says: it is not a model without one"
      )
    }
    if isFolder, averaged == nil {
      if let note = noteOnUnreadFiles(in: [vectorsFolder(ofDump: path) ?? path]) { log.note(note) }
    }
    let rows = try located(path) { try options.layers.indices(in: rowLayers) }
    let selection = try finiteRoles(vectors, rows: rows, rowLayers)
    let traits = try traitVectors(vectors, rowLayers, isNumbered: found?.evidence != .order)
    let names = selection.map { vectors.sources.roles[$0].name }
    let measured = try await measured(averaged, roles: names)
    let plan = FitPlan(
      vectors: vectors, rows: rows, layers: rows.map { rowLayers[$0] }, selection: selection,
      hasAssistant: sources.assistant != nil,
      responses: measured.responses == nil
        ? try assistantResponses(vectors, questions: averaged?.means.questions) : nil,
      measured: measured.responses, unadjusted: try unadjusted(averaged, roles: names),
      adjustment: averaged?.means.outcome, unknownErrors: measured.unknown, scaling: options.scaling,
      traits: traits, kept: max(0, min(options.components, selection.count - 1, vectors.hiddenSize)))
    return FitInput(
      manifest: manifest, labels: labels, averaged: averaged, plan: plan, rowLayers: rowLayers,
      counts: try averaged?.counts ?? recorded?.counts() ?? [:])
  }

  /// Where the role vectors lie, and the default among them.
  private func sources(
    _ averaged: Averaged?, _ recorded: RecordedVectors?, _ expected: ExpectedShape
  ) throws -> RoleSources {
    var sources =
      try averaged?.sources
      ?? RoleSources(
        at: path, assistantName: options.assistantName, tensor: options.tensor, recorded: recorded, expecting: expected)
    if options.componentsOnly { sources = sources.withoutAssistant }
    if sources.assistant == nil, !options.componentsOnly {
      throw FileError(
        path: path,
        fault: DumpFault.noDefault(
          name: options.assistantName, roles: sources.roles.map(\.name), beside: try folderWithDefault()))
    }
    if sources.areUnnamed {
      log.note(
        "\(path): its rows are not named; they are taken as the roles \(listed(sources.roles.map(\.name), most: 3))")
    }
    guard sources.roles.count >= 2 else {
      throw FileError(path: path, fault: DumpFault.tooFewRoles(sources.roles.count))
    }
    return sources
  }

  private func vectors(
    _ sources: RoleSources, _ expected: ExpectedShape, _ manifest: Manifest, _ means: AveragedResponses?
  ) throws -> RoleVectorSet {
    let vectors =
      try means.map { try RoleVectorSet(averaged: sources, rows: $0.layers.count, hiddenSize: $0.hiddenSize) }
      ?? RoleVectorSet(sources, expecting: expected)
    for note in vectors.notes { log.note("\(path): \(note)") }
    guard vectors.sources.roles.count >= 2 else {
      throw FileError(path: path, fault: DumpFault.tooFewRoles(vectors.sources.roles.count))
    }
    if let wanted = manifest.hiddenSize, wanted != vectors.hiddenSize {
      throw FileError(path: path, fault: DumpFault.hiddenSize(found: vectors.hiddenSize, manifest: wanted))
    }
    if try vectors.defaultsDiffer(), let used = sources.assistant, let other = sources.otherAssistant {
      log.note("\(used.path) and \(other.path) differ; the first is the default")
    }
    return vectors
  }

  /// The folder of the file that is read, where the default lies in it beside the file; else nil.
  private func folderWithDefault() throws -> String? {
    guard fileKind(path) == .file else { return nil }
    let folder = Paths.parent(of: path)
    return try RoleSources.assistant(besides: folder, options.assistantName) == nil ? nil : folder
  }

  /// The layer of each row of `vectors`.
  private func rowLayers(_ vectors: RoleVectorSet, _ manifest: Manifest) throws -> RowLayers {
    let rowLayers = try located(path) {
      var manifest = manifest
      // Of a file its own keys say more than a manifest beside it, which may be of something else.
      if !manifest.numbersLayers || vectors.layers != nil && fileKind(path) != .folder {
        (manifest.layers, manifest.layerConvention) = (vectors.layers, nil)
      }
      return try RowLayers(vectors.rows, of: .dump, given: options.rowLayers, manifest: manifest)
    }
    if let note = rowLayers.note { log.note(note) }
    return rowLayers
  }

  /// Notes names that may not mean what a user thinks.
  private func noteNames(_ sources: RoleSources, _ labels: RoleTable) {
    if options.assistantName != "default", sources.roles.contains(where: { $0.name == "default" }) {
      log.note("'default' is taken as a role, as --default names '\(options.assistantName)'")
    }
    let unknown = labels.names.subtracting(sources.roles.map(\.name) + [options.assistantName]).sorted()
    if !unknown.isEmpty {
      let unnamed = sources.roles.map(\.name).filter { !labels.names.contains($0) }
      log.note(
        "roles.csv names roles of which there is no vector: \(listed(unknown))\(misspelling(among: unknown, of: unnamed))"
      )
    }
  }

  /// The roles to fit: all, or with `--nonfinite skip` those that are finite, and not zero, in every wanted layer.
  private func finiteRoles(_ vectors: RoleVectorSet, rows: [Int], _ rowLayers: [Int]) throws -> [Int] {
    let all = Array(vectors.sources.roles.indices)
    guard options.skipsNonFinite else { return all }
    var broken: Set<String> = []
    for row in rows {
      for place in try vectors.read(row..<row + 1, selection: all).nonFinite {
        if place.source == vectors.sources.assistant { throw place.error(layer: rowLayers[row]) }
        broken.insert(place.source.name)
      }
    }
    let finite = all.filter { !broken.contains(vectors.sources.roles[$0].name) }
    if !broken.isEmpty {
      log.note(
        "left out \(broken.count) of \(all.count) roles with values that are not finite, or of nothing but zeros: \(listed(broken.sorted(), most: 20))"
      )
    }
    guard finite.count >= 2 else { throw FileError(path: path, fault: DumpFault.tooFewRoles(finite.count)) }
    return finite
  }

  /// The responses behind the default, where the dump has them and they are to be resampled.
  private func assistantResponses(_ vectors: RoleVectorSet, questions: Set<Int>?) throws -> AssistantResponses? {
    guard options.replicates > 0, vectors.sources.assistant != nil, fileKind(path) == .folder else { return nil }
    let responses = options.responses ?? VectorsOptions()
    return try AssistantResponses(
      inDump: path, assistantName: options.assistantName, slot: responses.slot, questions: questions,
      labels: responses.filter.labels, shape: [vectors.rows, vectors.hiddenSize], skipsNonFinite: options.skipsNonFinite
    )
  }

  /// Digests what is read.
  func inputDigests(_ input: FitInput) async throws -> [InputDigest] {
    let folder = fileKind(path) == .folder ? path : Paths.parent(of: path)
    let sources = input.plan.vectors.sources
    let used = input.plan.selection.map { sources.roles[$0].path } + [sources.assistant].compactMap { $0?.path }
    let files = used.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
    // Parts of averages are no inputs.
    var inputs: [InputDigest]
    if let averaged = input.averaged {
      inputs = averaged.inputs
    } else {
      inputs = try await digests(of: files, relativeTo: folder, threads: options.threads)
    }
    inputs += try await digests(
      of: input.plan.traits?.paths ?? [], relativeTo: folder, threads: options.threads)
    // Where responses were averaged, the default's are among what was digested then.
    if input.averaged == nil, let responses = input.plan.responses {
      inputs += try await digests(of: responses.paths, relativeTo: folder, threads: 1)
    }
    return inputs
  }
}
