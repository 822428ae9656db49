internal import Analyses
internal import ArgumentParser
internal import Dumps

struct Analyze: AsyncParsableCommand, ActivationReader {
  static let configuration = CommandConfiguration(
    abstract: "Run the whole way over a dump: fit, project, drift and tether, cap, stability, predict.",
    discussion: explained(
      """
      Writes the tables of all, space.safetensors, and run.json: the inputs with their sizes and SHA-256, the \
      options, the seed and the versions.
      """,
      examples: [
        "analyze DUMP -o OUT",
        "analyze DUMP -o OUT --force --layer 3 --details",
      ]))

  @Argument(help: ArgumentHelp("A dump folder, or a file of role vectors.", valueName: "DUMP"))
  var input: String

  @Option(
    name: .customLong("layer"), parsing: .unconditional,
    help: ArgumentHelp("The one layer that is shown throughout (default: the one the fit recommends).", valueName: "N"))
  var shown: Int?

  @OptionGroup var output: OutputOption
  @OptionGroup var fit: FitArguments
  @OptionGroup var thresholds: CapArguments
  @OptionGroup var drift: DriftArguments
  @OptionGroup var stability: StabilityArguments
  @OptionGroup var layer: LayerOptions
  @OptionGroup var common: CommonOptions

  @Flag(help: "Print the tables of every step below the answer.")
  var details = false

  func run() async throws {
    var options = AnalyzeOptions()
    options.fit = fit.options(layer, common)
    (options.turns.rowLayers, options.turns.tensor) = (layer.rowLayers, layer.tensor)
    if let axes = fit.responses.axes, axes.isOfTurns { options.turns.axes = axes }
    options.drift = drift.options(common)
    if let percentiles = thresholds.percentile { options.percentiles = percentiles.numbers }
    if let note = thresholds.note { common.log.note(note) }
    stability.set(&options.stability)
    options.layer = shown
    options.benign = thresholds.benignNames
    options.budget = thresholds.maxBenign.share
    let run = AnalyzeRun(input, options: options, log: common.log)
    let (result, files) = try await output.write(
      AnalyzeRun.outputs, common, inputs: [input], { try await run.run(into: $0) })
    try common.report(AnalyzeSummary(result, output: output.output, files: files)) {
      let answer = AnalyzeAnswer(result, output: output.output).text
      let tables = files.filter { !ReportRun.outputs.contains($0) }
      let written =
        details
        ? output.written(tables) + "; the report is \(output.output)/\(ReportRun.page)"
        : "Written to \(output.output): \(files.count) files; --details lists them"
      return [answer, details ? AnalyzeReport(result).text : nil, written].compactMap(\.self).joined(separator: "\n\n")
    }
  }
}
