internal import ArgumentParser
internal import Dumps

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
    options.settings = common.settings(layer)
    (options.rowLayers, options.tensor) = (layer.rowLayers, layer.tensor)
    (options.transcripts, options.conversation) = (transcripts, conversation)
    return options
  }
}
