internal import Analyses
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
      "The name of the one conversation; several files, of one vector each, are joined to it in the order given.",
      valueName: "NAME"))
  var conversation: String?

  @Option(
    help: ArgumentHelp("The condition of all conversations, in place of what transcripts say.", valueName: "NAME"))
  var condition: String?

  @Option(help: ArgumentHelp("The domain of all conversations, in place of what transcripts say.", valueName: "NAME"))
  var domain: String?

  @Option(
    help: ArgumentHelp(
      "The tensor of SPACE that is the axis, where SPACE is a file of several and not of fit.", valueName: "NAME"))
  var axis: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The layers of the rows of a bare axis, where no manifest says them.", valueName: "LAYERS"))
  var axisLayers: LayerSelection?

  @Option(
    help: ArgumentHelp(
      "The order of the axes of turns or tokens, such as layers,turns,d, where it is not told by the space.",
      valueName: "ORDER"))
  var axes: AxesOrder?

  func validate() throws {
    if axisLayers == .all { throw ValidationError("--axis-layers: layer numbers are wanted") }
  }

  /// The space at `path`, or the bare axis.
  func space(at path: String, _ common: CommonOptions) throws -> Space {
    var options = AxisOptions()
    (options.tensor, options.layers) = (axis, axisLayers)
    return try Space(at: path, axis: options, log: common.log.note)
  }

  /// Checks that `space`, the first argument of the verb `verb`, is a file, or a folder that fit wrote.
  ///
  /// - Throws: `FileError` that says what to type if it is another folder.
  func check(space: String, verb: String) throws {
    guard fileKind(spaceFile(space)) == .folder else { return }
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
    (options.condition, options.domain, options.axes) = (condition, domain, axes)
    return options
  }
}
