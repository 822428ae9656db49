internal import ArgumentParser
internal import PersonaFiles
internal import TensorFiles

struct Convert: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rewrite a tensor file as .safetensors or .npy.",
    discussion: "Element types are kept; bfloat16 becomes float32 in .npy, which has none.")

  @Argument(help: ArgumentHelp("A .pt, .safetensors, .npy or .npz file.", valueName: "IN"))
  var input: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write: .safetensors or .npy.", valueName: "OUT"))
  var output: String

  @Option(help: ArgumentHelp("The tensor to write alone; .npy holds one.", valueName: "NAME"))
  var tensor: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard [".safetensors", ".npy"].contains(where: output.hasSuffix) else {
      throw ValidationError("-o: the ending says the format; .safetensors or .npy is wanted")
    }
  }

  func run() async throws {
    let run = ConvertRun(input, to: output, tensor: tensor, replacing: common.force, log: common.log)
    let tensors = try run.run()
    try common.report(tensors.map { ["name": $0.name, "type": $0.elementType.rawValue, "shape": "\($0.shape)"] }) {
      "\(counted(tensors.count, "tensor")) written to \(output)"
    }
  }
}
