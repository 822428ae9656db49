internal import Dumps
public import Files
internal import PersonaSpace

/// Runs the whole way over a dump: fit, project, drift, cap, stability, predict, and the record of it.
public struct AnalyzeRun: Sendable {
  /// The files it may write.
  public static let outputs =
    FitRun.outputs + FitRun.optionalOutputs + FitRun.responseOutputs + ProjectRun.outputs + DriftRun.outputs
    + DriftRun.optionalOutputs + CapRun.outputs + StabilityRun.outputs + StabilityRun.trendOutputs + PredictRun.outputs
    + ["run.json"] + ReportRun.outputs

  let path: String
  let options: AnalyzeOptions
  let log: RunLog

  /// An analysis of the dump at `path`: a folder, or a file of role vectors.
  public init(_ path: String, options: AnalyzeOptions, log: RunLog = .silent) {
    self.path = Paths.trimmed(dumpRoot(of: path))
    var options = options
    (options.turns.settings, options.drift.settings) = (options.laterSettings, options.laterSettings)
    options.turns.labels = options.fit.responses?.filter.labels
    (self.options, self.log) = (options, log)
  }

  /// Analyses and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input, or if an output cannot be written.
  public func run(into output: OutputFolder) async throws -> AnalyzeResult {
    let run = FitRun(path, options: options.fit, log: log)
    var (fit, inputs) = try await run.run(into: output)
    let layer = try located(path) { try AnalyzedLayer(options.layer, of: fit) }
    let stability = try await stability(fit, into: output, &inputs)
    let conversations = try await conversations(fit, layer, into: output, &inputs)
    try await record(run, fit, hasStability: stability != nil, inputs, into: output)
    try report(into: output)
    return AnalyzeResult(
      fit: fit, layer: layer, drift: conversations?.drift, farTurns: conversations?.farTurns, caps: conversations?.caps,
      stability: stability,
      prediction: conversations?.prediction)
  }

  /// The report of what was written. What was found must not be lost where no page can be made of it.
  private func report(into output: OutputFolder) throws {
    let run = ReportRun(written: output)
    do {
      // What it reads are files of this run, and no inputs.
      let page = try InputStates.$current.withValue(nil) { try run.page() }
      _ = try run.write(page, to: output)
    } catch let error as FileError where error.fault is TableFault || error.fault is ReportFault {
      log.note("the report is left out: \(error)")
    }
  }

  private struct Conversations {
    let drift: DriftResult
    let farTurns: FarTurns?
    let caps: CapResult?
    let prediction: PredictResult?
  }

  /// What is measured of conversations where the dump has turns, with what was read added to `inputs`.
  private func conversations(
    _ fit: FitResult, _ layer: AnalyzedLayer, into output: OutputFolder, _ inputs: inout [InputDigest]
  ) async throws -> Conversations? {
    guard try fileKind("\(path)/turns") == .folder && !dumpFiles(in: "\(path)/turns").isEmpty, let space = fit.space
    else {
      if fileKind(path) == .folder {
        let comparison = options.drift.comparison == nil ? "" : ", and there are no conditions to --compare"
        log.note("\(path) has no turns in turns/: drift, tethers and capping are left out\(comparison)")
      }
      return nil
    }
    let projected = try await ProjectRun(space, [path], options: options.turns, log: log).run(into: output)
    let drift = try await DriftRun(projected.tracks, options: options.drift, log: log).run(into: output)
    let caps = try await caps(space, into: output)
    inputs += try await digests(of: projected.paths, relativeTo: path, threads: options.fit.threads)
    return Conversations(
      drift: drift, farTurns: projected.farTurns, caps: caps,
      prediction: try await predict(
        projected.tracks, layer: layer.nearest(in: drift.layers), into: output, &inputs))
  }

  private func caps(_ space: Space, into output: OutputFolder) async throws -> CapResult? {
    guard !space.isRescaled else {
      log.note("capping is left out: it acts on activations as they are, and the space was fitted with --scale")
      return nil
    }
    // Its notes are those of the projection.
    let capping = CapRun(
      space, [path], thresholds: .percentiles(options.percentiles, of: .roles), benign: options.benign,
      budget: options.budget, options: options.turns, log: RunLog(note: { _ in }, report: log.report))
    return try await capping.run(into: output)
  }

  /// Writes `run.json`.
  private func record(
    _ run: FitRun, _ fit: FitResult, hasStability: Bool, _ inputs: [InputDigest], into output: OutputFolder
  ) async throws {
    var inputs = inputs
    for name in ["manifest.json", "roles.csv"] where fileKind("\(path)/\(name)") == .file {
      inputs += try await digests(of: ["\(path)/\(name)"], relativeTo: path, threads: 1)
    }
    let record = RunRecord(
      command: "analyze", input: path, inputs: inputs.sorted { $0.path < $1.path },
      options: options.recorded.merging(run.averagesResponses ? options.responsesRecorded : [:]) { own, _ in own }
        .merging(hasStability ? stabilityOptions(fit).recorded : [:]) { own, _ in own },
      seed: options.fit.seed)
    try output.write(try encodeJSON(record) + "\n", to: "run.json")
  }
}
