internal import Dumps
public import Files
internal import FoundationEssentials
internal import LinearAlgebra
internal import Synchronization

/// Finds the principal components of any number of rows of activations, layer by layer.
public struct ComponentsRun: Sendable {
  /// What is written.
  public static let outputs = ["components.csv", ComponentsFile.name]
  /// What is written of rows, where it is asked for.
  public static let scoreOutputs = [ComponentsFile.scoresName]
  private static let checkpointName = "components.parts"

  let paths: [String]
  let options: ComponentsOptions
  let log: RunLog
  private let clock: CheckpointClock
  #if MPI
    /// The processes that divide the sums; nil for this one alone.
    private let group: ProcessGroup?

    /// The components of the rows of `paths`, of which the processes of `group` divide the sums.
    public init(_ paths: [String], options: ComponentsOptions, log: RunLog = .silent, group: ProcessGroup? = nil) {
      (self.paths, self.options, self.log, self.group) = (paths, options, log, group)
      clock = CheckpointClock(seconds: options.checkpointSeconds)
    }
  #else
    /// The components of the rows of `paths`.
    public init(_ paths: [String], options: ComponentsOptions, log: RunLog = .silent) {
      (self.paths, self.options, self.log) = (paths, options, log)
      clock = CheckpointClock(seconds: options.checkpointSeconds)
    }
  #endif

  /// Finds them, and writes the table and the file to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input, or if an output cannot be written.
  public func run(into output: OutputFolder) async throws -> ComponentsResult {
    let prepared = try prepare()
    let checkpoints = try checkpoints(prepared, folder: output.path)
    output.whenCommitted { checkpoints.removeAll() }
    let summer = try summer(prepared, checkpoints, folder: output.path)
    var (layers, reasons) = ([LayerComponents](), [String]())
    try CovarianceDecomposition.requireRows(
      rows: prepared.source.count, skipped: 0, dimensions: prepared.source.hiddenSize, wanted: options.count,
      layer: prepared.readers[0].layer, path: paths[0])
    for reader in prepared.readers {
      if let known = checkpoints.layer(reader.layer) {
        layers.append(known)
        log.note("layer \(reader.layer): goes on from an earlier run, which has done it")
        continue
      }
      let (found, reason, isSure) = try await solve(reader, summer, prepared)
      layers.append(found)
      if !reason.isEmpty { reasons.append(reason) }
      // A run that goes on searches a layer again that may lack a component, and says so as well.
      if isSure, clock.isDue() { try checkpoints.save(found) }
    }
    #if MPI
      if let leading = summer as? GroupSummer { try leading.finish() }
    #endif
    if let note = LayerComponents.note(on: layers, options, isMerge: false) { log.note(note) }
    let metadata = try ComponentsMetadata(prepared.identity, options, model: prepared.source.model).entries
    try output.write(ComponentsTable.table(layers), to: Self.outputs[0])
    try ComponentsFile.write(layers, to: output, metadata)
    if options.writesScores {
      try await ComponentsFile.writeScores(layers, prepared.readers, to: output, threads: options.threads, metadata)
    }
    return ComponentsResult(layers, wanted: options.count, reason: reasons.first ?? "")
  }

  #if MPI
    /// What the processes of `group` do that do not lead: their shares of the sums.
    ///
    /// - Parameter folder: the output folder, where checkpoints are kept.
    public func serve(_ group: ProcessGroup, besides folder: String) async throws {
      // What the first finds wrong with the rows, it says alone; and it clears away what is of other runs.
      try group.awaitFirst()
      let prepared = try prepare()
      try await summer(group, prepared, folder: folder).serve(options: options)
    }

    private func summer(_ prepared: Prepared, _ checkpoints: Checkpoints, folder: String) throws -> any ShardSummer {
      try group.map { try summer($0, prepared, folder: folder) }
        ?? LocalSummer(checkpoints: checkpoints, clock: clock, log: log)
    }

    private func summer(_ group: ProcessGroup, _ prepared: Prepared, folder: String) throws -> GroupSummer {
      let own = try checkpoints(prepared, folder: folder, clears: group.rank == 0)
      if group.rank == 0 { try group.awaitFirst() }
      return GroupSummer(
        group: group, local: LocalSummer(checkpoints: own, clock: clock, log: log),
        readers: prepared.readers)
    }
  #else
    private func summer(_ prepared: Prepared, _ checkpoints: Checkpoints, folder: String) throws -> any ShardSummer {
      LocalSummer(checkpoints: checkpoints, clock: clock, log: log)
    }
  #endif

  private func checkpoints(_ prepared: Prepared, folder: String, clears: Bool = true) throws -> Checkpoints {
    try Checkpoints(
      path: "\(folder)/\(Self.checkpointName)", identity: prepared.identity, states: prepared.states,
      options: options.recorded, clears: clears)
  }

  /// Does the part `part` of the work, and writes its sums.
  public func run(_ part: WorkPart, into output: OutputFolder) async throws -> PartResult {
    let prepared = try prepare()
    let name = part.fileName
    let checkpoints = try Checkpoints(
      path: "\(output.path)/\(name).parts", identity: prepared.identity, states: prepared.states,
      options: ["part": name])
    output.whenCommitted { checkpoints.removeAll() }
    let plan = ShardPlan(rows: prepared.source.count)
    let items = part.range(of: prepared.readers.count * plan.count)
    let rows = RowCounter(log, "components", all: items.reduce(0) { $0 + plan.rows(of: $1 % plan.count).count })
    var nodes: [NodeFile.Node] = []
    for (index, reader) in prepared.readers.enumerated() {
      let shards = items.clamped(to: index * plan.count..<(index + 1) * plan.count).map { $0 - index * plan.count }
      if shards.isEmpty { continue }
      let pilot = try LayerPilot(reader)
      try pilot.requireScale(layer: reader.layer, path: paths[0])
      let shift = pilot.shift
      let pass = ShardPass(
        sums: .covariance, reader: reader, plan: plan, shift: shift, threads: options.threads, progress: rows.add)
      let tree = try await LocalSummer(checkpoints: checkpoints, clock: clock, log: log)
        .sum(shards, pass, key: "layer-\(reader.layer)-covariance")
      try await reader.naming {
        for sums in tree.nodes.values { for list in sums.products { try Self.requireFinite(list) } }
      }
      nodes += tree.nodes.sorted { $0.key < $1.key }.map {
        .init(layer: index, place: $0.key, shift: shift, sums: $0.value)
      }
    }
    let file = try output.file(named: name)
    let model = prepared.source.model.map { [(key: "model", value: $0)] } ?? []
    try NodeFile.write(nodes, try PartMetadata(part, prepared.identity).entries + model, to: file)
    return PartResult(
      part: part, file: name, layers: Set(nodes.map { prepared.readers[$0.layer].layer }).sorted(),
      rows: nodes.reduce(0) { $0 + $1.sums.rows })
  }

  private static func requireFinite(_ products: [Double]) throws {
    if let place = products.firstNonFinite() {
      throw LinearAlgebraError.notFinite(row: place.row, column: place.column)
    }
  }

  private struct Prepared {
    let source: RowSource
    let readers: [RowReader]
    let identity: RunIdentity
    /// The states of the files, which tell of any change on this machine.
    let states: [FileState]
  }

  /// Finds the rows, and looks at some.
  private func prepare() throws -> Prepared {
    let source = try RowSource(
      paths, wanted: options.rows, tensor: options.tensor, axes: options.axes, rowLayers: options.rowLayers)
    for note in source.notes { log.note(note) }
    let indices = try located(paths[0]) { try options.layers.indices(in: source.layers) }
    let readers = indices.map {
      RowReader(source: source, layerRow: $0, layer: source.layers[$0], skips: options.skipsNonFinite)
    }
    let pilots = try readers.map { try LayerPilot($0).digest }
    return Prepared(
      source: source, readers: readers, identity: try RunIdentity(source, readers, pilots: pilots, options),
      states: try source.parts.map { try FileState(ofAll: $0.path) })
  }

  private func solve(
    _ reader: RowReader, _ summer: any ShardSummer, _ prepared: Prepared
  ) async throws -> (found: LayerComponents, reason: String, isSure: Bool) {
    let source = prepared.source
    let choice = SolverChoice(
      options.solver, rows: source.count, columns: source.hiddenSize, rowBytes: source.rowBytes,
      block: options.count + LayerSolver.oversampling)
    if choice.solver == .dual, source.count > source.hiddenSize {
      throw FileError(
        path: paths[0], fault: ComponentsFault.tooManyForDual(rows: source.count, dimensions: source.hiddenSize))
    }
    let need = SolverChoice.covarianceBytes(rows: source.count, columns: source.hiddenSize)
    if choice.solver == .covariance {
      try MemoryBudget().require(
        need, for: "the sums of a covariance matrix of \(source.hiddenSize) dimensions", of: paths[0],
        advice: "give --solver randomized, which takes several passes and little memory")
    }
    if choice.solver == .dual {
      try MemoryBudget().require(
        SolverChoice.dualBytes(rows: source.count, columns: source.hiddenSize),
        for: "\(source.count) rows of \(source.hiddenSize) dimensions and their products", of: paths[0],
        advice: "give --solver randomized, which takes several passes and little memory")
    }
    let rows = RowCounter(log, "layer \(reader.layer)", all: source.count)
    let solver = LayerSolver(reader: reader, options: options, summer: summer, log: log, progress: rows.add)
    let pilot = try LayerPilot(reader)
    try pilot.requireScale(layer: reader.layer, path: paths[0])
    let (found, hasLargest) = try await reader.naming { try await solver.solve(choice.solver, pilot) }
    let worst = found.residuals.max() ?? 0
    var reason = choice.reason
    if options.solver == .auto, found.solver == .randomized, worst > options.tolerance || !hasLargest,
      need < SolverChoice.physicalBytes / 2, MemoryBudget().allows(need)
    {
      // Variances that are nearly the same take long to tell apart by a search.
      let whole = try await reader.naming { try await solver.solve(.covariance, pilot).components }
      if whole.residuals.count >= found.residuals.count,
        whole.residuals.allSatisfy({ $0 <= max(worst, options.tolerance) })
      {
        return (whole, "the randomized search did not end", true)
      }
      reason = "the covariance matrix was tried as well, and is less exact"
    }
    if !hasLargest {
      log.note(
        "layer \(reader.layer): after \(found.passes) passes a component larger than the last one is not excluded; --passes allows more"
      )
    }
    return (found, reason, hasLargest)
  }
}

/// Tells how many rows are done with.
private final class RowCounter: Sendable {
  private let done = Mutex(0)
  private let log: RunLog
  private let name: String
  private let all: Int

  init(_ log: RunLog, _ name: String, all: Int) { (self.log, self.name, self.all) = (log, name, all) }

  @Sendable func add(_ count: Int) {
    let now = done.withLock { done in
      // Another pass begins anew.
      done = (done + count > all ? 0 : done) + count
      return done
    }
    log.progress(name, now, all)
  }
}
