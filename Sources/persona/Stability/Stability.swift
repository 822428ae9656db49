internal import Analyses
internal import ArgumentParser
internal import Dumps
internal import Files
internal import Statistics

struct Stability: AsyncParsableCommand, ActivationReader {
  static let configuration = CommandConfiguration(
    abstract: "Tell which answers a model gives as itself and which as each persona, and measure both.",
    discussion: explained(
      """
      Writes personas.csv: resistance (the share of answers given as the default), instability (how the others scatter), \
      departure and, with a reference, depth of each persona; and variance.csv: how the variance of responses divides among \
      personas, prompts, questions and runs. Answers are told apart from activations, against the default's answers to the \
      same questions. scores/ are a second opinion. Cells that the dump does not identify are empty; note says why.
      """,
      examples: [
        "stability OUT DUMP -o OUT",
        "stability OUT DUMP -o EACH --layers 3 --each",
      ]))

  @Argument(help: ArgumentHelp("A space.safetensors made by `persona fit`, or its folder.", valueName: "SPACE"))
  var space: String

  @Argument(help: ArgumentHelp("A dump folder with activations/, or the file of one role.", valueName: "DUMP"))
  var input: String

  @OptionGroup var output: OutputOption
  @OptionGroup var stability: StabilityArguments

  @Option(
    help: ArgumentHelp(
      "A reference for depth: another dump's responses, vectors (a folder or a file), or `space`.",
      valueName: "DUMP2"))
  var targets: String?

  @Option(
    help: ArgumentHelp(
      "Scores of responses of --targets that count: 3, or 2,3, or all (default: 3).", valueName: "S"))
  var score: ScoreList?

  @Option(
    help: ArgumentHelp(
      "The responses of --targets that a reference takes (default: 10, or 2 without scores).", valueName: "N"))
  var minCount: Int?

  @Option(help: ArgumentHelp("The folder with <role>.json of scores (default: scores/ of the dump).", valueName: "DIR"))
  var scores: String?

  @Option(help: ArgumentHelp("Which vector to take of responses (slots, layers, d).", valueName: "N"))
  var slot: Int?

  @Option(
    help: ArgumentHelp(
      "Measure responses of these labels of the keys <label>_p0_q0, with commas (default: all; pos alone beside neg or default).",
      valueName: "LABELS"))
  var label: LabelList?

  @Option(help: ArgumentHelp("The order of the axes of responses, where it is another: d,layers.", valueName: "ORDER"))
  var axes: AxesOrder?

  @Option(help: ArgumentHelp("The role that is the Assistant, by its exact name.", valueName: "NAME"))
  var `default` = "default"

  @Flag(help: "Also write adherence.csv: each response in each layer.")
  var each = false

  @OptionGroup var layer: LayerOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let minCount, minCount < 2 { throw ValidationError("--min-count: a number of at least 2 is wanted") }
    if let slot, slot < 0 { throw ValidationError("--slot: a number of at least 0 is wanted") }
    if layer.tensor != nil { throw ValidationError("--tensor: every response of a file is measured") }
  }

  func run() async throws {
    let space = spaceFile(space)
    let beside = targets.map { $0 == "space" ? [] : [$0] } ?? []
    let possible = StabilityRun.outputs + StabilityRun.trendOutputs + StabilityRun.responseOutputs
    var options = StabilityOptions()
    stability.set(&options)
    if let score { (options.filter.scores, options.filter.requiresScores) = (score.scores, score.scores != nil) }
    (options.filter.minimum, options.filter.scoresFolder, options.slot) = (minCount, scores, slot)
    (options.settings, options.rowLayers) = (common.settings(layer), layer.rowLayers)
    (options.assistantName, options.filter.labels, options.axes) = (`default`, label?.labels, axes)
    options.listsResponses = each
    if let targets { options.target = targets == "space" ? .space : .path(targets) }
    let (result, files) = try await output.write(possible, common, inputs: [space, input] + beside) {
      [options, space] in
      try await StabilityRun(space: space, input, options: options, log: common.log).run(into: $0)
    }
    try common.report(StabilitySummary(result)) {
      let layers = result.layers.map(\.layer)
      return StabilityReport(result, ShownLayer(middle: layers[result.middle], of: layers)).text + "\n\n"
        + output.written(files)
    }
  }
}
