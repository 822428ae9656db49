internal import Analyses
internal import ArgumentParser
internal import Files

struct Merge: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Join the parts of components or vectors that several processes did.",
    discussion: explained(
      """
      Takes all files that `persona components --part i/N` or `persona vectors --part i/N` wrote, or folders that hold them, and \
      writes what one process would have written, with the same bits: the components, or vectors.safetensors and counts.csv. A part \
      that is missing, damaged, given twice, or of other files or options is an error.
      """,
      examples: [
        "merge PARTS -o MERGED -k 10",
        "merge PARTS/1 PARTS/2 -o FEW -k 3",
        "merge ROLE-PARTS -o ROLE-VECTORS",
      ]))

  @Argument(help: ArgumentHelp("part-i-of-N.safetensors, or folders that hold them.", valueName: "PARTS"))
  var inputs: [String]

  @OptionGroup var output: OutputOption

  @Option(name: .customShort("k"), help: ArgumentHelp("Components, of parts of them (default: 10).", valueName: "K"))
  var count: Int?

  @Option(help: ArgumentHelp("The residual that each component is to reach (default: 1e-6).", valueName: "X"))
  var tolerance: Double?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let count, count < 1 { throw ValidationError("-k: a number of at least 1 is wanted") }
    if let tolerance, !(tolerance > 0 && tolerance < 1) {
      throw ValidationError("--tolerance: a number between 0 and 1 is wanted")
    }
  }

  func run() async throws {
    switch try PartKind(ofPartsAt: inputs) {
    case .components: try await mergeComponents()
    case .vectors: try await mergeVectors()
    }
  }

  private func mergeComponents() async throws {
    var options = ComponentsOptions()
    options.settings = common.settings()
    options.count = count ?? options.count
    options.tolerance = tolerance ?? options.tolerance
    let run = MergeRun(inputs, options: options, log: common.log)
    let possible = ComponentsRun.outputs + ComponentsRun.scoreOutputs
    let (result, files) = try await output.write(possible, common, inputs: inputs) {
      try await run.run(into: $0)
    }
    try common.report(ComponentsSummary(result)) { ComponentsReport(result).text + "\n\n" + output.written(files) }
  }

  private func mergeVectors() async throws {
    if count != nil || tolerance != nil {
      throw ValidationError(
        "\(count == nil ? "--tolerance" : "-k"): these are parts of vectors, not of components; leave it out")
    }
    let run = VectorsMergeRun(inputs, threads: common.threadCount, log: common.log)
    let (result, _) = try await output.write(VectorsMergeRun.outputs, common, inputs: inputs) {
      try await run.run(into: $0)
    }
    let file = "\(output.output)/\(VectorsMergeRun.outputs[0])"
    try common.report(VectorsSummary(result, output: file)) { VectorsReport(result, output: file).text }
  }
}
