internal import Analyses
internal import ArgumentParser
internal import Files
internal import TensorFiles

struct Vectors: AsyncParsableCommand, ActivationReader {
  static let configuration = CommandConfiguration(
    abstract: "Average responses to one vector a role and layer.",
    discussion: explained(
      """
      Reads activations/<role> of a dump, one file after the other, and keeps the responses that scores/<role>.json gives \
      a 3; of the default, who has no scores, all. Writes the vectors with counts and within-role sums of squares, and \
      counts.csv beside them. A run that was stopped goes on where it was. --part i/N averages a share of the roles on any machine; \
      persona merge joins the parts, with the same bits.
      """,
      examples: [
        "vectors DUMP -o vectors.safetensors",
        "vectors DUMP -o LOOSE/vectors.safetensors --score 2,3 --min-count 10",
        "vectors DUMP --part 1/2 -o ROLE-PARTS/1",
        "vectors DUMP --part 2/2 -o ROLE-PARTS/2",
      ]))

  @Argument(help: ArgumentHelp("A dump folder with activations/, or the file of one role.", valueName: "DUMP"))
  var input: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The .safetensors file to write; with --part a folder.", valueName: "OUT"))
  var output: String

  @OptionGroup var responses: ResponseArguments

  @Option(help: ArgumentHelp("The role that is the Assistant, by its exact name.", valueName: "NAME"))
  var `default` = "default"

  @Option(help: ArgumentHelp("The type of the vectors: float64, float32, bfloat16.", valueName: "TYPE"))
  var dtype: VectorType = .float64

  @Option(
    help: ArgumentHelp("Average part i of N of the roles alone; persona merge joins the parts.", valueName: "i/N"))
  var part: WorkPart?

  @OptionGroup var layer: LayerOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if part != nil, output.hasSuffix(".safetensors") {
      throw ValidationError("-o: a part is written to a folder of its own; -o PARTS/1 names one")
    }
    guard part != nil || output.hasSuffix(".safetensors") else {
      throw ValidationError("-o: a file that ends in .safetensors is wanted; persona convert makes others of it")
    }
    if layer.tensor != nil { throw ValidationError("--tensor: every response of a file is averaged; see --score") }
  }

  func run() async throws {
    let options = responses.options(layer, default: `default`, common)
    #if MPI
      let group = try ProcessGroup.begin(part: part)
      if let group, group.rank > 0 {
        try await VectorsRun(input, options: options).serve(group, besides: Paths.trimmed(output))
        return try group.end()
      }
      let run = VectorsRun(input, options: options, log: common.log, group: group)
    #else
      let run = VectorsRun(input, options: options, log: common.log)
    #endif
    if let part { return try await write(part, of: run) }
    let (folder, name) = (Paths.parent(of: output), Paths.lastComponent(of: output))
    let (result, _) = try await OutputOption.write(
      to: folder, [name, VectorsRun.countsName], common, inputs: [input],
      { try await run.run(into: $0, as: name, type: dtype.elementType) })
    #if MPI
      // Not after an error: it waits for the others.
      try group?.end()
    #endif
    try common.report(VectorsSummary(result, output: output)) { VectorsReport(result, output: output).text }
  }

  private func write(_ part: WorkPart, of run: VectorsRun) async throws {
    let (result, files) = try await OutputOption.write(to: output, [part.fileName], common, inputs: [input]) {
      try await run.run(part, into: $0, type: dtype.elementType)
    }
    try common.report(VectorsPartSummary(result)) {
      VectorsPartReport(result).text + "\n\nWritten to \(output): \(files.joined(separator: ", "))"
    }
  }
}

/// The types that vectors are written as.
enum VectorType: String, ExpressibleByArgument, CaseIterable {
  case float64, float32, bfloat16

  var elementType: ElementType {
    switch self {
    case .float64: .float64
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }
}
