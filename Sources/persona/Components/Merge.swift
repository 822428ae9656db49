internal import Analyses
internal import ArgumentParser
internal import Files

struct Merge: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Join the parts of components that several processes summed.",
    discussion: explained(
      """
      Takes all files that `persona components --part i/N` wrote, or folders that hold them, and writes what one process \
      would have written, with the same bits. A part that is missing, damaged, given twice, or of other files is an error.
      """,
      examples: [
        "merge PARTS -o MERGED -k 10",
        "merge PARTS/1 PARTS/2 -o FEW -k 3",
      ]))

  @Argument(help: ArgumentHelp("part-i-of-N.safetensors, or folders that hold them.", valueName: "PARTS"))
  var inputs: [String]

  @OptionGroup var output: OutputOption

  @Option(name: .customShort("k"), help: ArgumentHelp("Components.", valueName: "K"))
  var count = 10

  @Option(help: ArgumentHelp("The residual that each component is to reach.", valueName: "X"))
  var tolerance = 1e-6

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if count < 1 { throw ValidationError("-k: a number of at least 1 is wanted") }
    guard tolerance > 0, tolerance < 1 else { throw ValidationError("--tolerance: a number between 0 and 1 is wanted") }
  }

  func run() async throws {
    var options = ComponentsOptions()
    (options.settings, options.count, options.tolerance) = (common.settings(), count, tolerance)
    let run = MergeRun(inputs, options: options, log: common.log)
    let (result, files) = try await output.write(ComponentsRun.outputs, common, inputs: inputs) {
      try await run.run(into: $0)
    }
    try common.report(ComponentsSummary(result)) { ComponentsReport(result).text + "\n\n" + output.written(files) }
  }
}
