internal import Analyses
internal import ArgumentParser
internal import Dumps
internal import Files
internal import Statistics

struct Cap: AsyncParsableCommand, ActivationReader {
  static let configuration = CommandConfiguration(
    abstract: "Simulate activation capping along the Assistant axis, one layer at a time.",
    discussion: explained(
      """
      Writes cap_turns.csv, caps.csv and, of percentiles, calibration.csv. A cap is a floor on the projection on the unit axis, whose Assistant end is up: \
      the 25th percentile of a released configuration for the negated axis is the 75th here. Nothing propagates from a \
      capped layer to the next. Where a turn is dumped as tokens, each is capped; where as its mean, the pull-back is a \
      lower bound. `persona cap check CONFIG SPACE TURNS` says whether a capping configuration pulls toward the Assistant.
      """,
      examples: [
        "cap OUT DUMP -o CAPS",
        "cap OUT DUMP -o BENIGN --percentile 50,75,90 --benign coding,writing --max-benign 5%",
      ]))

  @Argument(
    help: ArgumentHelp(
      "A space.safetensors made by `persona fit`, or its folder; or a bare axis, for projections alone.",
      valueName: "SPACE"))
  var space: String

  @OptionGroup var turns: TurnArguments
  @OptionGroup var output: OutputOption
  @OptionGroup var thresholds: CapArguments
  @OptionGroup var layer: LayerOptions
  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Floors in axis-projection units, with commas between, each once.", valueName: "X[,X…]"))
  var tau: NumberList?

  @Option(
    help: ArgumentHelp(
      "What percentiles are taken of: `roles`, `default` (its responses in the dump of TURNS), or turns as for TURNS.",
      valueName: "roles|default|PATH"))
  var calibrate = "roles"

  @Option(
    help: ArgumentHelp(
      "Take the default's responses of these labels of the keys <label>_p0_q0, with commas, as it was fitted to.",
      valueName: "LABEL[,LABEL…]"))
  var label: LabelList?

  func validate() throws {
    if tau != nil, thresholds.percentile != nil {
      throw ValidationError("--tau and --percentile: give one of the two")
    }
  }

  func run() async throws {
    try turns.check(space: space, verb: "cap")
    let calibration: CapCalibration =
      switch calibrate {
      case "roles": .roles
      case "default": .assistant
      default: .turns(calibrate)
      }
    var inputs = [spaceFile(space)] + turns.turns
    if case .turns(let path) = calibration { inputs.append(path) }
    if let note = thresholds.note { common.log.note(note) }
    let percentiles = thresholds.percentile?.numbers ?? CapThresholds.usualPercentiles
    let caps: CapThresholds = tau.map { .values($0.numbers) } ?? .percentiles(percentiles, of: calibration)
    let (result, files) = try await output.write(CapRun.outputs, common, inputs: inputs) {
      var options = turns.options(layer, common)
      options.labels = label?.labels
      let run = CapRun(
        try turns.space(at: space, common), turns.turns, thresholds: caps, benign: thresholds.benign?.names ?? [],
        budget: thresholds.maxBenign.share, options: options, log: common.log)
      return try await run.run(into: $0)
    }
    try common.report(CapSummary(result)) {
      CapReport(result, ShownLayer(result)).text + "\n\n" + output.written(files)
    }
  }
}
