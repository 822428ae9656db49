public import Dumps
public import Files
internal import PersonaSpace

/// How to analyse a dump from end to end.
public struct AnalyzeOptions: Sendable {
  /// How to fit.
  public var fit = FitOptions()
  /// How to read turns; its layers are those of the fit.
  public var turns = TurnOptions()
  /// How to measure drift; its layers are those of the turns.
  public var drift = DriftOptions()
  /// The percentiles of the role vectors' projections to cap at.
  public var percentiles = CapThresholds.usualPercentiles
  /// Domains that capping should not touch.
  public var benign: [String] = []
  /// How resistance and instability are measured; what is of the fit as well is as there.
  public var stability = StabilityOptions()
  /// The defaults.
  public init() {}
}

/// What an analysis found.
public struct AnalyzeResult: Sendable {
  /// The fitted space.
  public let fit: FitResult
  /// The drift of conversations; nil if the dump has no turns.
  public let drift: DriftResult?
  /// What capping would do; nil if the dump has no turns.
  public let caps: CapResult?
  /// Resistance and instability; nil if the dump has no responses.
  public let stability: StabilityResult?
  /// How well positions are predicted; nil if the dump has no embeddings, or too few conversations.
  public let prediction: PredictResult?
  /// The files written.
  public let files: [String]
}

/// Runs the whole way over a dump: fit, project, drift, cap, and the record of it.
public struct AnalyzeRun: Sendable {
  /// The files it may write.
  public static let outputs =
    FitRun.outputs + FitRun.certaintyOutputs + FitRun.responseOutputs + ProjectRun.outputs + DriftRun.outputs
    + DriftRun.optionalOutputs + CapRun.outputs + StabilityRun.outputs + StabilityRun.trendOutputs + PredictRun.outputs
    + ["run.json"]

  let path: String
  let options: AnalyzeOptions
  let log: RunLog

  /// An analysis of the dump at `path`: a folder, or a file of role vectors.
  public init(_ path: String, options: AnalyzeOptions, log: RunLog = .silent) {
    (self.path, self.options, self.log) = (trimmed(dumpRoot(of: path)), options, log)
  }

  /// Analyses, writes to `output` and commits it.
  ///
  /// - Throws: `FileError` for what is wrong with the input, or if an output cannot be written; nothing is then left
  ///   behind.
  public func run(into output: OutputFolder) async throws -> AnalyzeResult {
    let run = FitRun(path, options: options.fit, log: log)
    let (fit, fitInputs) = try await run.run(into: output)
    var (inputs, drift, caps) = (fitInputs, nil as DriftResult?, nil as CapResult?)
    let stability = try await stability(fit, into: output, &inputs)
    var prediction: PredictResult?
    let hasTurns = try fileKind("\(path)/turns") == .folder && !dumpFiles(in: "\(path)/turns").isEmpty
    if hasTurns, let space = fit.space {
      let projected = try await ProjectRun(space, [path], options: options.turns, log: log).run(into: output)
      drift = try await DriftRun(projected.tracks, options: options.drift).run(into: output)
      if space.isRescaled {
        log.note("capping is left out: it acts on activations as they are, and the space was fitted with --scale")
      } else {
        let capping = CapRun(
          space, [path], thresholds: .percentiles(options.percentiles, of: .roles), benign: options.benign,
          options: options.turns, log: RunLog(note: { _ in }, report: log.report))  // noted by the projection
        caps = try await capping.run(into: output)
      }
      inputs += try await digests(of: projected.paths, relativeTo: path, threads: options.fit.threads)
      prediction = try await predict(projected.tracks, into: output, &inputs)
    } else if fileKind(path) == .folder {
      let comparison = options.drift.comparison == nil ? "" : ", and there are no conditions to --compare"
      log.note("\(path) has no turns in turns/: drift, tethers and capping are left out\(comparison)")
    }
    for name in ["manifest.json", "roles.csv"] where fileKind("\(path)/\(name)") == .file {
      inputs += try await digests(of: ["\(path)/\(name)"], relativeTo: path, threads: 1)
    }
    let record = RunRecord(
      command: "analyze", input: path, inputs: inputs.sorted { $0.path < $1.path },
      options: recorded.merging(run.averagesResponses ? responsesRecorded : [:]) { own, _ in own }
        .merging(stability == nil ? [:] : stabilityOptions(fit).recorded) { own, _ in own },
      seed: options.fit.seed)
    try output.write(try encodeJSON(record) + "\n", to: "run.json")
    let files = output.names
    try output.commit(removing: Self.outputs.filter { !files.contains($0) })
    return AnalyzeResult(
      fit: fit, drift: drift, caps: caps, stability: stability, prediction: prediction, files: files)
  }

  private var responsesRecorded: [String: String] {
    let responses = options.fit.responses ?? VectorsOptions()
    return responses.recorded.merging(["min-count": responses.filter.minimum.map(String.init) ?? ""]) { own, _ in own }
  }

  private var recorded: [String: String] {
    [
      "layers": options.fit.layers.text, "row-layers": options.fit.rowLayers?.text ?? "",
      "default": options.fit.assistantName, "tensor": options.fit.tensor ?? "",
      "components": "\(options.fit.components)", "nonfinite": options.fit.skipsNonFinite ? "skip" : "error",
      "threshold": "\(options.drift.threshold)", "bias-correction": options.drift.correction.rawValue,
      "compare": (options.drift.comparison ?? []).joined(separator: ","),
      "percentile": options.percentiles.map { "\($0)" }.joined(separator: ","),
      "benign": options.benign.joined(separator: ","), "bootstrap": "\(options.fit.replicates)",
      "split-half": "\(options.fit.splitsHalves)", "traits": options.fit.traits ?? "",
      "trait-row-layers": options.fit.traitRowLayers?.text ?? "",
      "drop-dimensions": options.fit.scaling.dropped.text, "scale": options.fit.scaling.scale.rawValue,
    ]
  }
}
