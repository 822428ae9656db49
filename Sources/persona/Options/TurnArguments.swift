internal import ArgumentParser
internal import Dumps
internal import Files

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

  /// Checks that `space`, the first argument of the verb `verb`, is a file.
  ///
  /// - Throws: `FileError` that says what to type if it is a folder.
  func check(space: String, verb: String) throws {
    guard fileKind(space) == .folder else { return }
    let turned = turns.first.map { fileKind($0) == .file } ?? false
    let command =
      turned
      ? "persona \(verb) \(turns[0]) \(space) -o OUT"
      : "persona fit \(space) -o SPACE, then persona \(verb) SPACE/space.safetensors \(turns[0]) -o OUT"
    throw FileError(
      path: space,
      fault: DumpFault.folderForFile(
        found: "a folder", wanted: "the space.safetensors of persona fit", command: command))
  }

  func options(_ layer: LayerOptions, _ common: CommonOptions) -> TurnOptions {
    var options = TurnOptions()
    options.settings = common.settings(layer)
    (options.rowLayers, options.tensor) = (layer.rowLayers, layer.tensor)
    (options.transcripts, options.conversation) = (transcripts, conversation)
    return options
  }
}
