internal import Analyses
internal import ArgumentParser
internal import Files
internal import PersonaSpace

struct Fit: AsyncParsableCommand, ActivationReader {
  static let configuration = CommandConfiguration(
    abstract: "Fit the persona space of role vectors: components and Assistant axis, layer by layer.",
    discussion: explained(
      "Writes space.safetensors, layers.csv, components.csv and roles.csv, and prints the verdict.",
      examples: [
        "fit DUMP -o OUT",
        "fit vectors.safetensors -o MIDDLE --layers 2:4",
      ]))

  @Argument(
    help: ArgumentHelp("A dump folder, a folder of vector files, or a file of role vectors.", valueName: "DUMP"))
  var input: String

  @OptionGroup var output: OutputOption
  @OptionGroup var fit: FitArguments
  @OptionGroup var layer: LayerOptions
  @OptionGroup var common: CommonOptions

  @Flag(help: "Components alone: no default is wanted, and there is no axis.")
  var componentsOnly = false

  @Flag(help: "Exit with status 1 unless the verdict is `found`.")
  var check = false

  func validate() throws {
    if check, common.bootstrap < FitArguments.leastSamples {
      throw ValidationError(
        "--check takes --bootstrap of at least \(FitArguments.leastSamples): without intervals and parallel analysis noise can pass"
      )
    }
    if fit.splitHalf, componentsOnly {
      throw ValidationError("--split-half compares axes, which --components-only leaves out")
    }
    if check, componentsOnly { throw ValidationError("--check judges the axis, which --components-only leaves out") }
  }

  func run() async throws {
    var options = fit.options(layer, common)
    options.componentsOnly = componentsOnly
    let run = FitRun(input, options: options, log: common.log)
    let (result, files) = try await output.write(
      run.possibleOutputs, common, inputs: [input], removing: EarlierOutputs.ofAnalysis(in: output.output),
      { try await run.run(into: $0).result })
    if let note = EarlierOutputs.note(in: output.output, written: files, inputs: [input]) { common.log.note(note) }
    try common.report(FitSummary(result)) { FitReport(result).text + "\n\n" + output.written(files) }
    if check, result.verdict != .found { throw ExitCode(ExitStatus.checkFailed.rawValue) }
  }
}
