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
      counts.csv beside them. A run that was stopped goes on where it was.
      """,
      examples: [
        "vectors DUMP -o vectors.safetensors",
        "vectors DUMP -o LOOSE/vectors.safetensors --score 2,3 --min-count 10",
      ]))

  @Argument(help: ArgumentHelp("A dump folder with activations/, or the file of one role.", valueName: "DUMP"))
  var input: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The .safetensors file to write.", valueName: "OUT"))
  var output: String

  @OptionGroup var responses: ResponseArguments

  @Option(help: ArgumentHelp("The role that is the Assistant, by its exact name.", valueName: "NAME"))
  var `default` = "default"

  @Option(help: ArgumentHelp("The type of the vectors: float64, float32, bfloat16.", valueName: "TYPE"))
  var dtype: VectorType = .float64

  @OptionGroup var layer: LayerOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard output.hasSuffix(".safetensors") else {
      throw ValidationError("-o: a file that ends in .safetensors is wanted; persona convert makes others of it")
    }
    if layer.tensor != nil { throw ValidationError("--tensor: every response of a file is averaged; see --score") }
  }

  func run() async throws {
    let (folder, name) = (Paths.parent(of: output), Paths.lastComponent(of: output))
    let run = VectorsRun(input, options: responses.options(layer, default: `default`, common), log: common.log)
    let (result, _) = try await OutputOption.write(
      to: folder, [name, VectorsRun.countsName], common, inputs: [input],
      { try await run.run(into: $0, as: name, type: dtype.elementType) })
    try common.report(VectorsSummary(result, output: output)) { VectorsReport(result, output: output).text }
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
