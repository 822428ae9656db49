internal import Analyses
internal import ArgumentParser
internal import Dumps
internal import Files

struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the axis or a cap for PyTorch, inference engines, llama.cpp, NumPy.",
    usage: "persona export <SPACE> [<TURNS> ...] --to <FORMAT> -o <FILE> [<options>]",
    discussion: explained(
      """
      pt-axis: (layers, d) for torch.load. pt-capping: the layout of capping_config.pt, the negated unit axis with the \
      ceiling -tau. cap-json: a unit axis and a floor for each layer in one JSON file. readout: what reads axis position off \
      activations, and a .json beside with quantiles of the roles. gguf: a control vector for llama.cpp, as long as the axis. \
      npy, csv: the axis, float64. TURNS are for --verify, and for --calibrate default. Exit status 1 if --verify finds the \
      file to compute something else than the space.
      """,
      examples: [
        "export OUT --to cap-json -o cap.json --layers 2:4 --percentile 75",
        "export OUT --to pt-capping -o capping_config.pt --layers 3 --tau 1",
      ]))

  @Argument(
    help: ArgumentHelp(
      "A space.safetensors made by `persona fit`, or its folder; or a bare axis.", valueName: "SPACE"))
  var space: String

  @Argument(help: ArgumentHelp("Turns, as for `persona cap`.", valueName: "TURNS"))
  var turns: [String] = []

  @Option(name: .customLong("to"), help: "The format.")
  var format: ExportFormat

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "FILE"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Floors at this percentile of calibration projections, counted from the end away from the Assistant; with --caps, its rows of it.",
      valueName: "P"))
  var percentile: Double?

  @Option(
    help: ArgumentHelp(
      "What the percentile is of: `roles`, `default` (its responses in the dump of TURNS), or turns as for TURNS.",
      valueName: "roles|default|PATH"))
  var calibrate: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The floor, in axis-projection units.", valueName: "X"))
  var tau: Double?

  @Option(
    help: ArgumentHelp(
      "Floors from what `persona cap` wrote: the layers that it recommends to cap together, or the one cap where there are none; or its rows of --percentile.",
      valueName: "OUT"))
  var caps: String?

  @Option(
    help: ArgumentHelp("For gguf, the architecture it is for, as GGUF names it: llama, qwen2.", valueName: "NAME"))
  var model: String?

  @Flag(help: "Read the file back, and compare what it computes with what the space does.")
  var verify = false

  // Unconditional: layer numbers may begin with a minus.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Layers: all, 16, 8:24 (half-open), or several with commas.", valueName: "LAYERS"))
  var layers: LayerSelection?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The layers of the rows of a bare axis, where no manifest says them.", valueName: "LAYERS"))
  var axisLayers: LayerSelection?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let percentile, !(0...100).contains(percentile) {
      throw ValidationError("--percentile: a number from 0 to 100 is wanted")
    }
    if let tau, !tau.isFinite { throw ValidationError("--tau: a finite number is wanted") }
    if axisLayers == .all { throw ValidationError("--axis-layers: layer numbers are wanted") }
    if tau != nil, percentile != nil || caps != nil {
      throw ValidationError("--tau: it is the floor; leave --percentile and --caps out")
    }
    if calibrate != nil, percentile == nil || caps != nil {
      throw ValidationError("--calibrate: it says what --percentile is of, without --caps")
    }
    if calibrate == "default", turns.isEmpty {
      throw ValidationError("--calibrate default: give the dump with the default's responses as TURNS, behind SPACE")
    }
    if !format.holdsThresholds, tau != nil || percentile != nil || caps != nil {
      throw ValidationError(
        "--to \(format.rawValue) holds no floor; leave --percentile, --tau and --caps out, or type --to cap-json or --to pt-capping"
      )
    }
    if format.holdsThresholds, tau == nil, percentile == nil, caps == nil {
      throw ValidationError(
        "--to \(format.rawValue) holds a floor for each layer, and none is given: type --percentile 75 (of the roles' projections), --tau X, or --caps OUT (what persona cap wrote there)"
      )
    }
    if model != nil, format != .gguf { throw ValidationError("--model is of --to gguf") }
  }

  func run() async throws {
    var options = ExportOptions()
    options.turns.settings = common.settings(layers: layers ?? .all)
    (options.namesLayers, options.replacing, options.verifies) = (layers != nil, common.force, verify)
    (options.model, options.threshold) = (model ?? "", threshold)
    if let percentile, percentile > 0, percentile < 1 {
      common.log.note("--percentile \(percentile) is \(percentile) %; \(percentile * 100) for the share \(percentile)?")
    }
    var axis = AxisOptions()
    axis.layers = axisLayers
    let result = try await ExportRun(
      try Space(at: space, axis: axis, log: common.log.note), at: spaceFile(space), turns: turns, as: format,
      to: output, options: options, log: common.log
    ).run()
    try common.report(result) { ExportReport.text(result) }
    if let verification = result.verification, !verification.agrees {
      throw ExitCode(ExitStatus.checkFailed.rawValue)
    }
  }

  private var threshold: ExportThreshold? {
    if let tau { return .value(tau) }
    if let caps { return .caps(caps, percentile: percentile) }
    guard let percentile else { return nil }
    let calibration: CapCalibration =
      switch calibrate {
      case nil, "roles": .roles
      case "default": .assistant
      case let path?: .turns(path)
      }
    return .percentile(percentile, of: calibration)
  }
}
