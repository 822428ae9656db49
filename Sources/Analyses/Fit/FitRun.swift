internal import Dumps
public import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import TensorFiles

/// Fits the persona space of a dump: reads role vectors in groups of layers, fits layers side by side, and writes
/// `space.safetensors` and the tables.
public struct FitRun: Sendable {
  /// The files it writes.
  public static let outputs = ["space.safetensors", "layers.csv", "components.csv", "roles.csv"]
  /// The files it writes as well where there is what they are of.
  public static let certaintyOutputs = ["nulls.csv", "traits.csv", "trends.csv", "splits.csv"]
  /// The files it writes as well where it averages responses.
  public static let responseOutputs = ["vectors.safetensors", VectorsRun.countsName]

  let path: String
  let options: FitOptions
  let log: RunLog

  /// A fit of the role vectors at `path`: a dump folder, a folder of vectors, or a file.
  public init(_ path: String, options: FitOptions, log: RunLog = .silent) {
    // A dump's vectors/ means the dump: its manifest and its default belong to them.
    let path = Paths.trimmed(dumpRoot(of: path))
    var options = options
    // A file of vectors keeps the name that its Assistant had; what is wrong with the file is said when it is read.
    if options.assistantName == "default", fileKind(path) == .file, let file = try? TensorFile(path: path),
      file.tensors.contains(where: { $0.name == "role_vectors" }), let name = RoleSources.recordedAssistant(file)
    {
      options.assistantName = name
    }
    (self.path, self.options, self.log) = (path, options, log)
  }

  /// Whether it averages responses: there are no vectors, or it is asked to.
  public var averagesResponses: Bool {
    guard fileKind(path) == .folder, fileKind("\(path)/activations") == .folder else { return options.responses != nil }
    return options.responses != nil || fileKind("\(path)/vectors") != .folder
  }

  /// The files it may write.
  public var possibleOutputs: [String] {
    Self.outputs + Self.certaintyOutputs + (averagesResponses ? Self.responseOutputs : [])
  }

  /// Fits and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input, or a layer that cannot be fitted.
  public func run(into output: OutputFolder) async throws -> (result: FitResult, inputs: [InputDigest]) {
    let isFolder = fileKind(path) == .folder
    let folder = isFolder ? path : Paths.parent(of: path)
    let manifest = try isFolder ? Manifest.read(inFolder: path) : Manifest(ofSpace: path)
    let labels = try isFolder ? RoleTable(inFolder: path) : RoleTable(ofVectors: path)
    let averaged = try await averagesResponses ? average(manifest, labels, into: output) : nil
    var sources =
      try averaged?.sources
      ?? RoleSources(at: path, assistantName: options.assistantName, tensor: options.tensor)
    if options.componentsOnly { sources = sources.withoutAssistant }
    if sources.assistant == nil, !options.componentsOnly {
      throw FileError(
        path: path, fault: DumpFault.noDefault(name: options.assistantName, roles: sources.roles.map(\.name)))
    }
    if sources.areUnnamed {
      log.note(
        "\(path): its rows are not named; they are taken as the roles \(listed(sources.roles.map(\.name), most: 3))")
    }
    guard sources.roles.count >= 2 else {
      throw FileError(path: path, fault: DumpFault.tooFewRoles(sources.roles.count))
    }
    let vectors = try RoleVectorSet(sources)
    if let wanted = manifest.hiddenSize, wanted != vectors.hiddenSize {
      throw FileError(path: path, fault: DumpFault.hiddenSize(found: vectors.hiddenSize, manifest: wanted))
    }
    if try vectors.defaultsDiffer(), let used = sources.assistant, let other = sources.otherAssistant {
      log.note("\(used.path) and \(other.path) differ; the first is the default")
    }
    let rowLayers = try located(path) {
      if let averaged { return averaged.means.layers }
      guard let given = options.rowLayers?.numbers else { return try manifest.rowLayers(vectors.rows) }
      return try checkedLayers(given, rows: vectors.rows, source: "--row-layers")
    }
    if averaged == nil, options.rowLayers == nil, !manifest.numbersLayers {
      log.note(
        "no manifest numbers the layers: the rows are taken as \(layerList(rowLayers)); --row-layers says otherwise")
    }
    if options.assistantName != "default", sources.roles.contains(where: { $0.name == "default" }) {
      log.note("'default' is taken as a role, as --default names '\(options.assistantName)'")
    }
    let unknown = labels.names.subtracting(sources.roles.map(\.name) + [options.assistantName]).sorted()
    if !unknown.isEmpty { log.note("roles.csv names roles of which there is no vector: \(listed(unknown))") }
    let rows = try located(path) { try options.layers.indices(in: rowLayers) }
    let selection = try finiteRoles(vectors, rows: rows, rowLayers)
    let traits = try traitVectors(
      vectors, rowLayers, isNumbered: averaged != nil || options.rowLayers != nil || manifest.numbersLayers)
    let layout = FitLayout(
      vectors: vectors, rows: rows, layers: rows.map { rowLayers[$0] }, selection: selection,
      hasAssistant: sources.assistant != nil,
      responses: try assistantResponses(vectors, questions: averaged?.means.questions),
      scaling: options.scaling, traits: traits,
      kept: max(0, min(options.components, selection.count - 1, vectors.hiddenSize)))
    let used = selection.map { sources.roles[$0].path } + [sources.assistant].compactMap { $0?.path }
    let files = used.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
    // Parts of averages are no inputs.
    var inputs: [InputDigest]
    if let averaged {
      inputs = averaged.inputs
    } else {
      inputs = try await digests(of: files, relativeTo: folder, threads: options.threads)
    }
    inputs += try await digests(of: traits?.paths ?? [], relativeTo: folder, threads: options.threads)
    // Where responses were averaged, the default's are among what was digested then.
    if averaged == nil, let responses = layout.responses {
      inputs += try await digests(of: [responses.path], relativeTo: folder, threads: 1)
    }
    let (spaces, readings) = try await fitLayers(layout, output, labels, rowLayers, manifest, inputs)
    let trends = try await trends(spaces, roles: layout.names, labels)
    let splits = try await options.splitsHalves ? splits(layout, manifest, into: output) : []
    let fit = FitResult(
      layers: layout.layers, spaces: spaces,
      roles: layout.names,
      skipped: vectors.sources.roles.indices.filter { !selection.contains($0) }.map { sources.roles[$0].name },
      hiddenSize: vectors.hiddenSize, counts: try averaged?.counts ?? Self.counts(inFile: path),
      scaling: options.scaling, traits: layout.traits?.names ?? [], traitReadings: readings, trends: trends.trends,
      levelledRoles: trends.roles, splits: splits,
      hasResponses: fileKind("\(path)/activations") == .folder, wantedSplits: options.splitsHalves, labels: labels,
      rowLayers: rowLayers, manifest: manifest,
      assistantName: options.assistantName)
    try output.write(SpaceTables.layers(fit), to: "layers.csv")
    try output.write(SpaceTables.components(fit), to: "components.csv")
    try output.write(SpaceTables.roles(fit, components: layout.kept), to: "roles.csv")
    if !fit.spaces.allSatisfy({ $0.certainty?.nulls.isEmpty ?? true }) {
      try output.write(SpaceTables.nulls(fit), to: "nulls.csv")
    }
    if !fit.traits.isEmpty { try output.write(TraitTables.traits(fit), to: "traits.csv") }
    if !fit.trends.isEmpty { try output.write(TraitTables.trends(fit), to: "trends.csv") }
    if !fit.splits.isEmpty { try output.write(SpaceTables.splits(fit), to: "splits.csv") }
    return (fit, inputs)
  }

  private func fitLayers(
    _ layout: FitLayout, _ output: OutputFolder, _ labels: RoleTable, _ rowLayers: [Int], _ manifest: Manifest,
    _ inputs: [InputDigest]
  ) async throws -> (spaces: [LayerSpace], traits: [[TraitReading]]) {
    let writer = try SpaceWriter(
      try output.file(named: "space.safetensors"), layout,
      metadata: SpaceWriter.metadata(
        layout, labels: labels, rowLayers: rowLayers, manifest: manifest, options: options, inputs: inputs))
    var (spaces, readings) = ([LayerSpace](), [[TraitReading]]())
    for part in layout.groups(bytes: options.groupBytes) {
      log.progress("fit", part.lowerBound, layout.rows.count)
      // Layers that follow one another are read together.
      let span = layout.rows[part.lowerBound]..<layout.rows[part.upperBound - 1] + 1
      let group = try layout.vectors.read(span, selection: layout.selection)
      if let place = group.nonFinite.first { throw notFinite(place, layer: rowLayers[place.row]) }
      let keep = layout.kept
      let items = part.map { index -> LayerItem in
        let i = layout.rows[index] - span.lowerBound
        return LayerItem(
          layer: layout.layers[index], row: layout.rows[index], roles: group.roles[i],
          assistant: layout.hasAssistant ? group.assistant[i] : nil)
      }
      var fitted = try await concurrentMap(items, threads: options.threads) { [path, options] item in
        try located(path, place: "layer \(item.layer)") {
          try LayerSpace(roles: item.roles, assistant: item.assistant, keeping: keep, scaling: options.scaling)
        }
      }
      if options.replicates > 0 { fitted = try await assess(zip(items, fitted).map { ($0, $1) }, layout.responses) }
      for (index, (item, space)) in zip(part, zip(items, fitted)) {
        try writer.write(space, roles: item.roles, layer: index)
      }
      if let traits = layout.traits { readings += try await read(traits, in: zip(items, fitted).map { ($0, $1) }) }
      spaces += fitted
    }
    log.progress("fit", layout.rows.count, layout.rows.count)
    try writer.finish()
    return (spaces, readings)
  }

  /// The role vectors of a layer.
  struct LayerItem: Sendable {
    let layer: Int
    /// Its row in the dump.
    let row: Int
    let roles: Matrix
    let assistant: [Double]?
  }

  /// The roles to fit: all, or with `--nonfinite skip` those that are finite in every wanted layer.
  private func finiteRoles(_ vectors: RoleVectorSet, rows: [Int], _ rowLayers: [Int]) throws -> [Int] {
    let all = Array(vectors.sources.roles.indices)
    guard options.skipsNonFinite else { return all }
    var broken: Set<String> = []
    for row in rows {
      for place in try vectors.read(row..<row + 1, selection: all).nonFinite {
        if place.source == vectors.sources.assistant { throw notFinite(place, layer: rowLayers[row]) }
        broken.insert(place.source.name)
      }
    }
    let finite = all.filter { !broken.contains(vectors.sources.roles[$0].name) }
    if !broken.isEmpty {
      log.note(
        "left out \(broken.count) of \(all.count) roles with values that are not finite: \(listed(broken.sorted(), most: 20))"
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
      shape: [vectors.rows, vectors.hiddenSize], skipsNonFinite: options.skipsNonFinite)
  }

  private func notFinite(_ place: RoleVectorSet.NonFinite, layer: Int) -> FileError {
    FileError(
      path: place.source.path, place: place.source.place,
      fault: DumpFault.notFinite(layer: layer, dimension: place.dimension, value: place.value))
  }
}
