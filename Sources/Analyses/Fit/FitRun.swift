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
  public static let optionalOutputs = [
    "nulls.csv", "groups.csv", "traits.csv", "role_traits.csv", "trends.csv", "splits.csv",
  ]
  /// The files it writes as well where it averages responses.
  public static let responseOutputs = ["vectors.safetensors", VectorsRun.countsName]

  let path: String
  let options: FitOptions
  let log: RunLog
  /// What is to be fitted, if it is a file that can be read, which is opened once.
  let recorded: RecordedVectors?

  /// A fit of the role vectors at `path`: a dump folder, a folder of vectors, or a file.
  public init(_ path: String, options: FitOptions, log: RunLog = .silent) {
    // A dump's vectors/ means the dump: its manifest and its default belong to them.
    let path = Paths.trimmed(dumpRoot(of: path))
    var options = options
    // A file of vectors keeps the name that its Assistant had; what is wrong with the file is said when it is read.
    recorded = fileKind(path) == .file ? try? RecordedVectors(at: path) : nil
    if options.assistantName == "default", let name = recorded?.assistantName { options.assistantName = name }
    (self.path, self.options, self.log) = (path, options, log)
  }

  /// Whether it averages responses: there are no vectors, or it is asked to.
  public var averagesResponses: Bool {
    guard fileKind(path) == .folder, fileKind("\(path)/activations") == .folder else { return options.responses != nil }
    return options.responses != nil || vectorsFolder(ofDump: path) == nil
  }

  /// The files it may write.
  public var possibleOutputs: [String] {
    Self.outputs + Self.optionalOutputs + (averagesResponses ? Self.responseOutputs : [])
  }

  /// Fits and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input, or a layer that cannot be fitted.
  public func run(into output: OutputFolder) async throws -> (result: FitResult, inputs: [InputDigest]) {
    let input = try await input(into: output)
    try requireMemory(input.plan)
    let inputs = try await inputDigests(input)
    let writer = try SpaceWriter(
      try output.file(named: "space.safetensors"), input.plan.contents,
      metadata: try SpaceMetadata(input, options, inputs))
    let (spaces, traits) = try await fitLayers(input, writer)
    // The device takes the rest of the file meanwhile.
    async let flushed: Void = writer.finish()
    let names = input.plan.names
    let trends = try await trends(spaces, roles: names, input.labels)
    let unadjusted = try await unadjustedCosines(input.plan)
    let splits = try await options.splitsHalves ? splits(input.plan, input.manifest, into: output) : []
    let answers = try await agreements(input.plan, factors: spaces.map(\.factors))
    let fit = FitResult(
      layers: input.plan.layers, spaces: spaces, roles: names, skipped: input.plan.skipped,
      hiddenSize: input.plan.vectors.hiddenSize,
      counts: input.counts, scaling: options.scaling,
      traits: input.plan.traits?.names ?? [], traitReadings: traits.map(\.readings), roleTraits: traits.map(\.roles),
      trends: trends.trends,
      levelledRoles: trends.roles, splits: splits, hasResponses: fileKind("\(path)/activations") == .folder,
      adjustment: input.plan.adjustment, unadjustedCosines: unadjusted, unknownErrors: input.plan.unknownErrors,
      answeredQuestions: input.plan.measured?.clusters.questions,
      resamplesQuestions: input.plan.responses?.clustersAreQuestions ?? true, wantedSplits: options.splitsHalves,
      simultaneous: AxisUncertainty.simultaneous(spaces.map { $0.uncertainty?.bootstrap }),
      agreements: answers.agreements,
      choice: LayerChoice(
        of: spaces, agreements: answers.agreements, replicates: options.replicates, seed: options.seed),
      labels: input.labels, rowLayers: input.rowLayers, manifest: input.manifest,
      assistantName: options.assistantName)
    try await write(fit, kept: input.plan.kept, to: output)
    try await flushed
    let known = Set(inputs.map(\.path))
    return (fit, inputs + answers.inputs.filter { !known.contains($0.path) })
  }

  /// Throws if a memory limit is known to be below what one layer takes: the roles as they are and about their mean, and products; or
  /// below that and where the roles lie along the traits, in all layers.
  private func requireMemory(_ plan: FitPlan) throws {
    try requireMemory(roles: plan.selection.count, hiddenSize: plan.vectors.hiddenSize)
    guard let traits = plan.traits?.names.count else { return }
    let (count, d, layers) = (plan.selection.count, plan.vectors.hiddenSize, plan.layers.count)
    try MemoryBudget().require(
      (Self.numbers(roles: count, hiddenSize: d) + layers * (count + 1) * traits) * MemoryLayout<Double>.size,
      for: "\(counted(count, "role")) along \(counted(traits, "trait")) in \(counted(layers, "layer"))", of: path,
      advice: "fit fewer --layers")
  }

  /// The same of roles alone, of which so much is known before responses are averaged.
  func requireMemory(roles count: Int, hiddenSize d: Int) throws {
    try MemoryBudget().require(
      Self.numbers(roles: count, hiddenSize: d) * MemoryLayout<Double>.size,
      for: "\(counted(count, "role")) of \(counted(d, "dimension")) in one layer", of: path, advice: "fit fewer roles")
  }

  private static func numbers(roles count: Int, hiddenSize d: Int) -> Int { 2 * count * (count + d) }

  /// Writes the tables; those of what there is nothing of are left out.
  private func write(_ fit: FitResult, kept: Int, to output: OutputFolder) async throws {
    var tables = [
      (SpaceTables.layers(fit), name: "layers.csv"), (SpaceTables.components(fit), name: "components.csv"),
      (SpaceTables.roles(fit, components: kept), name: "roles.csv"),
    ]
    if !fit.spaces.allSatisfy({ $0.uncertainty?.nulls.isEmpty ?? true }) {
      tables.append((SpaceTables.nulls(fit), name: "nulls.csv"))
    }
    if fit.spaces.contains(where: { !($0.assistant?.groupVerdict?.without.isEmpty ?? true) }) {
      tables.append((GroupTables.groups(fit), name: "groups.csv"))
    }
    if !fit.traits.isEmpty {
      tables.append((TraitTables.traits(fit), name: "traits.csv"))
      tables.append((TraitTables.roleTraits(fit), name: "role_traits.csv"))
    }
    if !fit.trends.isEmpty { tables.append((TraitTables.trends(fit), name: "trends.csv")) }
    if !fit.splits.isEmpty { tables.append((SpaceTables.splits(fit), name: "splits.csv")) }
    try await output.write(tables, threads: options.threads)
  }

  private func fitLayers(
    _ input: FitInput, _ writer: SpaceWriter
  ) async throws -> (spaces: [LayerSpace], traits: [LayerTraits]) {
    let (plan, rowLayers) = (input.plan, input.rowLayers)
    let groups = RoleGroups(plan.names.map { input.labels[$0].group })
    var (spaces, read) = ([LayerSpace](), [LayerTraits]())
    var repeated = RepeatedVectors(plan.names, assistant: plan.hasAssistant ? options.assistantName : nil)
    for slice in plan.slices(bytes: options.groupBytes, threads: options.threads) {
      log.progress("fit", slice.first, plan.rows.count)
      let group = try await self.read(slice.rows, plan)
      if let place = group.nonFinite.first { throw place.error(layer: rowLayers[place.row]) }
      for i in group.roles.indices { repeated.add(group.roles[i], plan.hasAssistant ? group.assistant[i] : nil) }
      let keep = plan.kept
      let items = slice.places.map { index -> LayerItem in
        let i = index - slice.first
        return LayerItem(
          index: index, layer: plan.layers[index], row: plan.rows[index], roles: group.roles[i],
          assistant: plan.hasAssistant ? group.assistant[i] : nil)
      }
      var fitted = try await concurrentMap(items, threads: options.threads) { [path, options] item in
        let space = try located(path, place: "layer \(item.layer)") {
          try LayerSpace(roles: item.roles, assistant: item.assistant, keeping: keep, scaling: options.scaling)
            .readWithoutMassive(roles: item.roles, assistant: item.assistant)
        }
        // While other layers are fitted.
        try writer.write(space, roles: item.roles, layer: item.index)
        return space
      }
      if options.replicates > 0 {
        fitted = try await resample(zip(items, fitted).map { ($0, $1) }, plan, groups)
      }
      for (item, space) in zip(items, fitted) { try writer.writeErrors(space, layer: item.index) }
      if let traits = plan.traits { read += try await self.read(traits, in: zip(items, fitted).map { ($0, $1) }) }
      spaces += fitted
    }
    log.progress("fit", plan.rows.count, plan.rows.count)
    for note in repeated.notes { log.note(note) }
    return (spaces, read)
  }

  /// The layer rows `rows` of all roles and the default, where they are in files of their own by several tasks: some layers each, or some
  /// roles of a single layer.
  private func read(_ rows: Range<Int>, _ plan: FitPlan) async throws -> RoleVectorSet.Group {
    let (vectors, count, threads) = (plan.vectors, plan.selection.count, options.threads)
    guard vectors.isInFiles else { return try vectors.read(rows, selection: plan.selection) }
    guard rows.count > 1 else {
      return .joined(
        try await concurrentMap((0..<count).parts(threads), threads: threads) { range in
          try vectors.read(rows, selection: Array(plan.selection[range]), includesAssistant: range.upperBound == count)
        })
    }
    let parts = try await concurrentMap(rows.parts(threads), threads: threads) {
      try vectors.read($0, selection: plan.selection)
    }
    // What is wrong is named in the order of the roles.
    if parts.contains(where: { !$0.nonFinite.isEmpty }) { return try vectors.read(rows, selection: plan.selection) }
    return .stacked(parts)
  }

  /// The role vectors of a layer.
  struct LayerItem: Sendable {
    /// Its place among the layers fitted.
    let index: Int
    let layer: Int
    /// Its row in the dump.
    let row: Int
    let roles: Matrix
    let assistant: [Double]?
  }
}
