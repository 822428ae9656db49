internal import ArgumentParser
internal import PersonaFiles
internal import TensorFiles

struct Project: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Project conversation turns onto the Assistant axis of each layer.",
    discussion: "Writes turns.csv. A turn given as tokens is averaged over them.")

  @Argument(help: ArgumentHelp("A space.safetensors made by `persona fit`.", valueName: "SPACE"))
  var space: String

  @OptionGroup var turns: TurnArguments
  @OptionGroup var output: OutputOption
  @OptionGroup var layer: LayerOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let folder = try output.folder(ProjectRun.outputs, common, inputs: [space] + turns.turns)
    let run = ProjectRun(
      try Space(readingFrom: space), turns.turns, options: turns.options(layer, common), log: common.log)
    let result = try await run.run(into: folder)
    try folder.commit()
    try common.report(ProjectSummary(result)) {
      """
      \(counted(result.turns, "turn")) of \(counted(result.conversations, "conversation")), \
      \(layerList(result.layers)), written to \
      \(output.output)/turns.csv
      """
    }
  }
}

/// Where turns are.
struct TurnArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Dump folders, folders of turn files, folders of one vector a turn, or files.", valueName: "TURNS"))
  var turns: [String]

  @Option(help: ArgumentHelp("The folder of transcripts, where it is not in the dump.", valueName: "DIR"))
  var transcripts: String?

  @Option(
    help: ArgumentHelp(
      "Join the files, of one vector each, to one conversation of this name, in the order given.", valueName: "NAME"))
  var conversation: String?

  func options(_ layer: LayerOptions, _ common: CommonOptions) -> TurnOptions {
    var options = TurnOptions()
    (options.layers, options.rowLayers, options.tensor) = (layer.layers, layer.rowLayers, layer.tensor)
    (options.transcripts, options.conversation) = (transcripts, conversation)
    (options.skipsNonFinite, options.threads) = (layer.nonfinite == .skip, common.threadCount)
    return options
  }
}
