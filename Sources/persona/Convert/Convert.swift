internal import Analyses
internal import ArgumentParser
internal import Dumps
internal import TensorFiles

private let writtenEndings = TensorFormat.endings(of: TensorFormat.written)

struct Convert: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rewrite a tensor file as .safetensors, .npy or a .gguf control vector.",
    discussion: explained(
      """
      Element types are kept; bfloat16 and those of eight bits become float32 in .npy, which has none of them. A control \
      vector has a direction of float32 for each row (layer) of a tensor, from layer 1 on.
      """,
      examples: [
        "convert DUMP/vectors/default.safetensors -o default.npy",
        "convert OUT/space.safetensors --tensor axis -o axis.gguf --model llama",
      ]))

  @Argument(help: ArgumentHelp("A \(TensorFormat.endings()) file.", valueName: "IN"))
  var input: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write: \(writtenEndings).", valueName: "OUT"))
  var output: String

  @Option(help: ArgumentHelp("The tensor to write alone, by its key path, as inspect shows it.", valueName: "NAME"))
  var tensor: String?

  @Option(
    name: .customLong("void"),
    help: ArgumentHelp("What raw elements of two bytes (|V2, int16, uint16) stand for.", valueName: "TYPE"))
  var void: VoidType?

  // Unconditional: layer numbers may begin with a minus.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "For .gguf, the layers of the rows: 16, 1:33, -1:32 (default: as space or manifest say).", valueName: "LAYERS"))
  var rowLayers: LayerSelection?

  @Option(
    help: ArgumentHelp("For .gguf, the architecture it is for, as GGUF names it: llama, qwen2.", valueName: "NAME"))
  var model: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard let format = TensorFormat.written(byNameOf: output) else {
      throw ValidationError("-o: the ending says the format; \(writtenEndings) is wanted")
    }
    if rowLayers == .all { throw ValidationError("--row-layers: layer numbers are wanted") }
    if format != .gguf, rowLayers != nil || model != nil {
      throw ValidationError("--row-layers and --model are of a .gguf output")
    }
  }

  func run() async throws {
    var options = ConvertOptions()
    (options.tensor, options.void, options.replacing) = (tensor, void?.elementType, common.force)
    (options.rowLayers, options.model) = (rowLayers, model ?? "")
    let tensors = try ConvertRun(input, to: output, options: options, log: common.log).run()
    try common.report(tensors.map { ["name": $0.name, "type": $0.elementType.rawValue, "shape": "\($0.shape)"] }) {
      "\(counted(tensors.count, "tensor")) written to \(output)"
    }
  }
}
