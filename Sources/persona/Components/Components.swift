public import Analyses
public import ArgumentParser
public import Dumps
internal import Files

struct Components: AsyncParsableCommand, ActivationReader {
  static let configuration = CommandConfiguration(
    abstract: "Find the principal components of any number of rows, larger than memory.",
    discussion: explained(
      """
      Rows are responses, tokens, turns or role vectors of a dump, or the rows of tensors (rows, d) or (rows, layers, d), also in \
      .npy files. Writes components.csv and components.safetensors, each component with its residual, which bounds the error \
      of its variance. A run that was stopped goes on where it was. --part i/N does a part of the work on any machine; \
      persona merge joins the parts, with the same bits.
      """,
      examples: [
        "components DUMP -o PCS -k 10",
        "components DUMP -o ROLES -k 5 --rows vectors",
        "components DUMP --part 1/2 -o PARTS/1",
        "components DUMP --part 2/2 -o PARTS/2",
      ]))

  @Argument(help: ArgumentHelp("Dump folders, folders of tensor files, or files.", valueName: "ROWS"))
  var inputs: [String]

  @OptionGroup var output: OutputOption

  @Option(name: .customShort("k"), help: ArgumentHelp("Components.", valueName: "K"))
  var count = 10

  @Option(
    help: ArgumentHelp(
      "The way: auto, covariance (one pass), randomized (several) or dual (few rows).", valueName: "WAY"))
  var solver = ComponentSolver.auto

  @Option(help: ArgumentHelp("The residual that each component is to reach.", valueName: "X"))
  var tolerance = 1e-6

  @Option(help: ArgumentHelp("The most passes of --solver randomized.", valueName: "N"))
  var passes = 30

  @Option(help: ArgumentHelp("What rows are: responses, tokens, turns, vectors or matrices.", valueName: "KIND"))
  var rows: RowKind?

  @Option(help: ArgumentHelp("The order of the axes of tensors, where it is another: layers,n,d.", valueName: "ORDER"))
  var axes: AxesOrder?

  @Flag(help: "Also write scores.safetensors: each row along each component.")
  var scores = false

  @Option(help: ArgumentHelp("Do part i of N of the sums alone; persona merge joins them.", valueName: "i/N"))
  var part: WorkPart?

  @Option(help: ArgumentHelp("Seconds between checkpoints.", valueName: "S"))
  var checkpoint = 60.0

  @OptionGroup var layer: LayerOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if count < 1 { throw ValidationError("-k: a number of at least 1 is wanted") }
    if passes < 2 { throw ValidationError("--passes: a number of at least 2 is wanted") }
    guard tolerance > 0, tolerance < 1 else { throw ValidationError("--tolerance: a number between 0 and 1 is wanted") }
    guard (0...1e9).contains(checkpoint) else {
      throw ValidationError("--checkpoint: seconds from 0 to 1,000,000,000 are wanted")
    }
    if part != nil, scores { throw ValidationError("--scores: a part has no components yet; leave it out") }
    if part != nil, ![.auto, .covariance].contains(solver) {
      throw ValidationError("--part: parts are summed by --solver covariance, in one pass; leave --solver out")
    }
  }

  func run() async throws {
    var options = ComponentsOptions()
    (options.settings, options.count, options.solver) = (common.settings(layer), count, solver)
    (options.tolerance, options.passes, options.rows) = (tolerance, passes, rows)
    (options.tensor, options.axes, options.rowLayers) = (layer.tensor, axes, layer.rowLayers)
    (options.writesScores, options.checkpointSeconds) = (scores, checkpoint)
    #if MPI
      let group = try ProcessGroup.begin(part: part)
      if let group, group.rank > 0 {
        try await ComponentsRun(inputs, options: options, log: .silent).serve(group, besides: output.output)
        return try group.end()
      }
      let run = ComponentsRun(inputs, options: options, log: common.log, group: group)
    #else
      let run = ComponentsRun(inputs, options: options, log: common.log)
    #endif
    if let part {
      let usual = ComponentsOptions()
      if (count, tolerance, passes) != (usual.count, usual.tolerance, usual.passes) {
        common.log.note("-k, --tolerance and --passes do not bear on a part: give -k and --tolerance to persona merge")
      }
      let (result, files) = try await output.write([part.fileName], common, inputs: inputs) {
        try await run.run(part, into: $0)
      }
      return try common.report(PartSummary(result)) {
        "Part \(part.number) of \(part.count): \(counted(result.rows, "row")) summed, of \(counted(result.layers.count, "layer"))\n\n"
          + output.written(files)
      }
    }
    let possible = ComponentsRun.outputs + ComponentsRun.scoreOutputs
    let (result, files) = try await output.write(possible, common, inputs: inputs) { try await run.run(into: $0) }
    #if MPI
      // Not after an error: it waits for the others.
      try group?.end()
    #endif
    try common.report(ComponentsSummary(result)) { ComponentsReport(result).text + "\n\n" + output.written(files) }
  }
}

extension ComponentSolver: ExpressibleByArgument {}
extension RowKind: ExpressibleByArgument {}
