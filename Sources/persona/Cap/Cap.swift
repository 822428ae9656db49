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
      Writes cap_turns.csv, caps.csv, ranges.csv of layers that are capped together, windows.csv and, of percentiles, calibration.csv. A cap is a floor on the projection on the unit axis, whose Assistant end is up: \
      the 25th percentile of a released configuration for the negated axis is the 75th here. Nothing propagates from a \
      capped layer to the next. Where a turn is dumped as tokens, each is capped; where as its mean, the pull-back is a \
      lower bound. `persona cap check CONFIG SPACE TURNS` says whether a capping configuration pulls toward the Assistant.
      """,
      examples: [
        "cap OUT DUMP -o CAPS",
        "cap OUT DUMP -o BENIGN --benign coding,writing --max-benign 5%",
        "cap OUT DUMP -o STEERED --steer -2,2",
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

  // Unconditional: a layer number may begin with a minus.
  @Option(
    name: .customLong("layer"), parsing: .unconditional,
    help: ArgumentHelp(
      "The one layer that is shown (default: that of the recommended cap, else the middle one); the tables have all.",
      valueName: "N"))
  var shown: Int?

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

  @Option(
    help: ArgumentHelp(
      "Cap as a file says: a capping_config.pt, or a cap.json of `persona export`; at its layers, one at a time, along its vectors.",
      valueName: "FILE"))
  var config: String?

  @Option(help: ArgumentHelp("The experiment of --config, where the file has several.", valueName: "ID"))
  var experiment: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Steer in place of capping: add X times the unit axis to every token, with commas between.", valueName: "X[,X…]"))
  var steer: NumberList?

  @Flag(help: "In place of capping, take the projection on the axis out of every token.")
  var remove = false

  @Option(
    help: ArgumentHelp(
      "A dump of the same transcripts with the cap in the model (dump_activations.py --cap): how far does the simulation foretell it? The cap is the one its manifest.json records, or --config.",
      valueName: "CAPPED"))
  var against: String?

  func validate() throws {
    if against != nil, tau != nil || thresholds.percentile != nil || calibrate != "roles" {
      throw ValidationError(
        "--against: the cap is what CAPPED was read with; leave --tau, --percentile and --calibrate out, or say it with --config"
      )
    }
    if steer != nil || remove {
      let others = [
        tau != nil, thresholds.percentile != nil, calibrate != "roles", config != nil, against != nil,
        steer != nil && remove,
      ]
      if others.contains(true) {
        throw ValidationError(
          "--steer, --remove: in place of floors; give one of the two, and nothing that says where to cap")
      }
    }
    if config != nil, tau != nil || thresholds.percentile != nil || calibrate != "roles" {
      throw ValidationError("--config: it says where to cap; leave --tau, --percentile and --calibrate out")
    }
    if experiment != nil, config == nil { throw ValidationError("--experiment: it is of a --config FILE") }
    if tau != nil, thresholds.percentile != nil {
      throw ValidationError("--tau and --percentile: give one of the two")
    }
  }

  func run() async throws {
    try turns.check(space: space, verb: "cap")
    var inputs = [spaceFile(space)] + turns.turns + [config, against].compactMap(\.self)
    if case .turns(let path) = calibration { inputs.append(path) }
    if let note = thresholds.note { common.log.note(note) }
    let outputs = CapRun.outputs + AgainstRun.outputs
    let ((result, comparison), files) = try await output.write(outputs, common, inputs: inputs) {
      var options = turns.options(layer, common)
      options.labels = label?.labels
      let space = try turns.space(at: space, common)
      let thresholds = try thresholds(space)
      let result = try await CapRun(
        space, turns.turns, thresholds: thresholds, benign: self.thresholds.benignNames,
        budget: self.thresholds.maxBenign.share, options: options, showing: shown, spaceAt: spaceFile(self.space),
        log: common.log
      ).run(into: $0)
      return (result, try await compare(space, thresholds, options, into: $0))
    }
    try common.report(CapSummary(result, comparison)) {
      let isSteering = steer != nil || remove
      let report =
        isSteering
        ? SteerReport(result, ShownLayer(result, asked: shown)).text
        : CapReport(result, ShownLayer(result, asked: shown)).text
      return
        ([report] + [comparison.map(AgainstReport.text)].compactMap(\.self)
        + [output.written(files)]).joined(separator: "\n\n")
    }
  }

  private var calibration: CapCalibration {
    switch calibrate {
    case "roles": .roles
    case "default": .assistant
    default: .turns(calibrate)
    }
  }

  /// Where to cap, along `space` or the vectors of a file.
  private func thresholds(_ space: Space) throws -> CapThresholds {
    if let config {
      return .configuration(try CappingConfiguration(readingFrom: config, experiment: experiment), at: config)
    }
    if let against {
      let recorded = try AgainstRun.cap(recordedIn: against, space, at: spaceFile(self.space), log: common.log)
      return .configuration(recorded, at: against)
    }
    if remove { return .removal }
    if let steer { return .offsets(steer.numbers) }
    return tau.map { .values($0.numbers) }
      ?? .percentiles(thresholds.percentile?.numbers ?? CapThresholds.usualPercentiles, of: calibration)
  }

  /// What came true of the simulation; nil without --against.
  private func compare(
    _ space: Space, _ thresholds: CapThresholds, _ options: TurnOptions, into folder: OutputFolder
  ) async throws -> AgainstResult? {
    guard let against, case .configuration(let caps, let source) = thresholds else { return nil }
    var all = options
    all.settings.layers = .all
    return try await AgainstRun(
      space, turns.turns, against: against, caps: caps, of: source, options: all, log: common.log
    ).run(into: folder)
  }
}
