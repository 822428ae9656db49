internal import Analyses
internal import ArgumentParser
internal import Dumps
internal import Files
internal import Statistics

struct Drift: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the drift of conversations along the Assistant axis, and the tether that holds them to it.",
    discussion: explained(
      """
      Writes conversations.csv, curves.csv, tether.csv and drift.csv, in axis position: the mean role is 0, the Assistant 1; \
      superposition.csv where conversations have regenerations, conditions.csv with --compare, and user_conversations.csv and \
      user_curves.csv where users' turns are known.
      """,
      examples: [
        "drift OUT/turns.csv -o OUT",
        "drift PLAIN/turns.csv WARM/turns.csv -o BOTH --compare plain,warm",
      ]))

  @Argument(
    help: ArgumentHelp(
      "One turns.csv made by `persona project`, or several that are taken together.", valueName: "TURNS.CSV"))
  var tables: [String]

  @OptionGroup var output: OutputOption
  @OptionGroup var drift: DriftArguments
  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Layers: all, 16, 8:24 (half-open), or several with commas.", valueName: "LAYERS"))
  var layers = LayerSelection.all

  func run() async throws {
    for input in tables where fileKind(input) == .folder {
      let command =
        fileKind("\(input)/turns.csv") == .file
        ? "persona drift \(input)/turns.csv -o OUT"
        : "persona analyze \(input) -o OUT, or persona project SPACE \(input) -o OUT and persona drift OUT/turns.csv -o OUT"
      throw FileError(
        path: input,
        fault: DumpFault.folderForFile(found: "a folder", wanted: "the turns.csv of persona project", command: command))
    }
    let possible = DriftRun.outputs + DriftRun.optionalOutputs
    var options = drift.options(common)
    options.settings.layers = layers
    let (result, files) = try await output.write(possible, common, inputs: tables) {
      [options] in
      try await DriftRun(try DriftTracks(readingFrom: tables), options: options, log: common.log).run(into: $0)
    }
    try common.report(DriftSummary(result)) {
      DriftReport(result, ShownLayer(middle: result.middle, of: result.layers)).text + "\n\n" + output.written(files)
    }
  }
}
