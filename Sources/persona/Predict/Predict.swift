internal import Analyses
internal import ArgumentParser
internal import Dumps
internal import Files

struct Predict: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict the Assistant's next position from embeddings of what the user says.",
    discussion: explained(
      """
      Writes prediction.csv: R² of ridge regression over held-out conversations, for the level and for the change from turn \
      to turn, beside what condition, turn, text length and the position before already say.
      """,
      examples: [
        "predict OUT/turns.csv DUMP/embeddings -o OUT",
        "predict OUT/turns.csv DUMP/embeddings -o MIDDLE --layer 3",
      ]))

  @Argument(help: ArgumentHelp("A turns.csv made by `persona project`.", valueName: "TURNS.CSV"))
  var turns: String

  @Argument(
    help: ArgumentHelp(
      "Embeddings of the user's messages: the embeddings/ of a dump, a folder of a file a conversation, or a file.",
      valueName: "EMBEDDINGS"))
  var embeddings: String

  @OptionGroup var output: OutputOption
  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The layer to predict (default: the middle one of the table).", valueName: "N"))
  var layer: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The layer numbers of the embeddings' rows, where no manifest says them.", valueName: "LAYERS"))
  var rowLayers: LayerSelection?

  @Option(
    name: .customLong("void"),
    help: ArgumentHelp("What raw elements of two bytes (|V2, int16, uint16) stand for.", valueName: "TYPE"))
  var void: VoidType?

  @Option(help: ArgumentHelp("The folder of transcripts, where it is not beside the embeddings.", valueName: "DIR"))
  var transcripts: String?

  @Option(help: ArgumentHelp("Folds of conversations.", valueName: "N"))
  var folds = 5

  func validate() throws {
    if folds < 2 { throw ValidationError("--folds: a number of at least 2 is wanted") }
    if rowLayers == .all { throw ValidationError("--row-layers: layer numbers are wanted") }
  }

  func run() async throws {
    var options = PredictOptions()
    (options.layer, options.rowLayers, options.transcripts, options.folds) = (layer, rowLayers, transcripts, folds)
    options.settings = common.settings()
    let (result, files) = try await output.write(PredictRun.outputs, common, inputs: [turns, embeddings]) {
      [options] in
      let run = try PredictRun(turns: turns, embeddings: embeddings, options: options, log: common.log)
      return try await run.run(into: $0)
    }
    try common.report(PredictSummary(result)) { PredictReport(result).text + "\n\n" + output.written(files) }
  }
}
